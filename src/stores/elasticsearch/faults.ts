import { z } from 'zod';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';

/** What the client throws, by its shape: the classes themselves are only there once the package is loaded. */
const Thrown = z.object({
  name: z.string(),
  statusCode: z.int().optional(),
  body: z.unknown().optional(),
});

/** The part of an answer that says what is wrong: of a request, of one item of a bulk, of one document of an mget. */
const Cause = z.object({ type: z.string(), reason: z.string().nullish() });
const Body = z.object({ error: Cause });

const TOO_MANY = 429;
const NOT_FOUND = 404;
const REFUSED = new Set([401, 403]);
const CONFLICT = 409;
const UNREADY = 503;

/**
 * The codes of the store's faults. `store_away`: no answer, so what was asked for may have been done. `store_busy`: it
 * was turned away and nothing was done. `store_unready`: no primary, no master. `store_partial`: an answer, but not of
 * the whole index. `store_refuses`: a key without the right, a block. `index_missing`. `store_fault`: anything else.
 */
export type StoreFaultCode =
  | 'store_away'
  | 'store_busy'
  | 'store_unready'
  | 'store_partial'
  | 'store_refuses'
  | 'index_missing'
  | 'store_fault';

/** Why a question to the cluster failed. Nothing of the question is in it: questions hold what people wrote. */
export function elasticFault(what: string, fault: unknown): GovernorError {
  if (fault instanceof GovernorError) return fault;
  const thrown = Thrown.safeParse(fault);
  const status = thrown.success ? thrown.data.statusCode : undefined;
  const cause = thrown.success ? causeOf(thrown.data.body) : null;
  const code = status === undefined ? silentCode(fault) : codeOf(status, cause?.type ?? '');
  const why = cause === null ? whyOf(fault) : [cause.type, cause.reason ?? ''].filter((part) => part !== '').join(': ');
  return new GovernorError(code, `Elasticsearch: ${what} failed (${status ?? 'no answer'}): ${why.slice(0, 500)}`, {
    cause: fault,
  });
}

/** The fault of one item of a bulk or an mget. */
export function itemFault(what: string, status: number, cause: unknown): GovernorError {
  const known = Cause.safeParse(cause);
  const type = known.success ? known.data.type : 'unknown';
  const reason = known.success ? (known.data.reason ?? '') : '';
  return new GovernorError(codeOf(status, type), `Elasticsearch: ${what} failed (${status}): ${type} ${reason}`.slice(0, 600));
}

/** The fault of one document of an mget: what gives no status is a shard that is away for the moment. */
export const getFault = (what: string, cause: { type: string }): GovernorError =>
  itemFault(what, cause.type === 'index_not_found_exception' ? NOT_FOUND : UNREADY, cause);

export const isConflict = (status: number): boolean => status === CONFLICT;

const causeOf = (body: unknown): z.infer<typeof Cause> | null => {
  const parsed = Body.safeParse(body);
  return parsed.success ? parsed.data.error : null;
};

/** Without a status there was no answer, or none that could be read, unless the fault is of our own making. */
const SILENT = new Set([
  'ConnectionError',
  'TimeoutError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'DeserializationError',
]);
const silentCode = (fault: unknown): StoreFaultCode =>
  fault instanceof Error && SILENT.has(fault.name) ? 'store_away' : 'store_fault';

function codeOf(status: number, type: string): StoreFaultCode {
  if (status === 408 || status === 502 || status === 504) return 'store_away';
  if (status === TOO_MANY) return 'store_busy';
  // A full disk turns writes away with 429 or 403 and this type; it ends by itself once there is room.
  if (type === 'cluster_block_exception') return status === 503 ? 'store_unready' : 'store_refuses';
  if (status === 503) return 'store_unready';
  if (REFUSED.has(status)) return 'store_refuses';
  if (status === NOT_FOUND && type === 'index_not_found_exception') return 'index_missing';
  return 'store_fault';
}

const whyOf = (fault: unknown): string => problemOf(fault).split('\n', 1)[0] ?? '';
