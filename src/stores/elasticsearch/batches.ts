import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Elastic } from './elastic.ts';
import { itemFault } from './faults.ts';
import { createPerTurn } from './per-turn.ts';

/** Where a document stands in its shard: a write that names it happens only where nothing came between. */
export type Place = { seqNo: number; term: number };

export type Operation = {
  action: 'create' | 'index' | 'delete';
  index: string;
  id: string;
  routing?: string;
  /** A write to a name that is no alias is refused, where it would otherwise make an index with guessed fields. */
  requireAlias?: boolean;
  /** A version from outside: only an older or equal one is replaced. */
  version?: number;
  ifAt?: Place;
  document?: Record<string, unknown>;
};

/** How one operation ended; `status` is HTTP's. */
export type Written = { status: number; at: Place | null; error: unknown };

export type Batches = {
  /**
   * Writes operations in the next bulk request, in order, and tells of each how it ended. Throws where there was no
   * answer for them: then any of them may have been carried out.
   */
  write(operations: readonly Operation[]): Promise<Written[]>;
  writeOne(operation: Operation): Promise<Written>;
  /** Waits for what is queued. */
  drained(): Promise<void>;
};

const BULK_CHARS_MAX = 8_000_000;
/** What an operation counts besides its longest text. */
const OPERATION_CHARS = 500;
const BULKS_MAX = 8;
/** The cluster gives up waiting for a shard a little before we give up waiting for the cluster, and says which one. */
const SHARE_OF_TIMEOUT = 0.8;

/** No answer of HTTP's: nothing is known. */
const UNKNOWN = 504;

const Item = z.object({
  _id: z.string(),
  status: z.int(),
  _seq_no: z.int().optional(),
  _primary_term: z.int().optional(),
  error: z.unknown().optional(),
});
const Answer = z.object({ items: z.array(z.record(z.string(), Item)) });

const FIELDS = [
  'items.*._id',
  'items.*.status',
  'items.*._seq_no',
  'items.*._primary_term',
  'items.*.error.type',
  'items.*.error.reason',
];

type Job = { operations: readonly Operation[]; resolve: (written: Written[]) => void; reject: (fault: unknown) => void };

/** The writes of one turn of the event loop go in one bulk request; several may be under way. */
export function createBatches(elastic: Elastic, what = 'bulk'): Batches {
  const timeout = `${Math.ceil(elastic.timeoutMs * SHARE_OF_TIMEOUT)}ms`;

  const send = async (operations: readonly Operation[]): Promise<Written[]> => {
    const lines = operations.flatMap((one) => [actionLine(one), ...(one.document === undefined ? [] : [one.document])]);
    const raw = await elastic.ask(what, (to) => to.bulk({ operations: lines, timeout, filter_path: FIELDS }));
    return writtenOf(what, operations, raw);
  };

  const run = async (jobs: Job[]): Promise<void> => {
    try {
      const written = await send(jobs.flatMap((job) => job.operations));
      let from = 0;
      for (const { operations, resolve } of jobs) {
        resolve(written.slice(from, from + operations.length));
        from += operations.length;
      }
    } catch (fault) {
      for (const { reject } of jobs) reject(fault);
    }
  };

  const jobs = createPerTurn<Job>({
    run,
    sizeOf: ({ operations }) => operations.reduce((sum, one) => sum + sizeOf(one), 0),
    sizeMax: BULK_CHARS_MAX,
    runsMax: BULKS_MAX,
  });
  const write: Batches['write'] = (operations) => new Promise((resolve, reject) => jobs.add({ operations, resolve, reject }));
  return {
    write,
    async writeOne(operation) {
      const [written] = await write([operation]);
      return written ?? { status: UNKNOWN, at: null, error: undefined };
    },
    drained: jobs.drained,
  };
}

export const isDone = ({ status }: Written): boolean => status >= 200 && status < 300;

/** The fault of an operation that was answered with neither success nor a conflict. */
export const faultOf = (what: string, { status, error }: Written): GovernorError => itemFault(what, status, error);

function actionLine({ action, index, id, routing, requireAlias, version, ifAt }: Operation) {
  const line = {
    _index: index,
    _id: id,
    ...(routing === undefined ? {} : { routing }),
    ...(requireAlias === undefined ? {} : { require_alias: requireAlias }),
    ...(version === undefined ? {} : { version, version_type: 'external_gte' as const }),
    ...(ifAt === undefined ? {} : { if_seq_no: ifAt.seqNo, if_primary_term: ifAt.term }),
  };
  return { [action]: line };
}

const sizeOf = ({ document }: Operation): number => {
  let chars = OPERATION_CHARS;
  for (const value of Object.values(document ?? {})) if (typeof value === 'string') chars += value.length;
  return chars;
};

/** Item by item, in the order in which they were asked; anything else is no answer. */
function writtenOf(what: string, operations: readonly Operation[], raw: unknown): Written[] {
  const answer = Answer.safeParse(raw);
  const items = answer.success ? answer.data.items.map((item) => Object.values(item)[0]) : [];
  const fits = items.length === operations.length && items.every((item, at) => item?._id === operations[at]?.id);
  if (!fits) throw new GovernorError('store_away', `Elasticsearch: the answer to ${what} does not fit what was asked`);
  return items.flatMap((item) => (item === undefined ? [] : [writtenItem(item)]));
}

const writtenItem = ({ status, _seq_no, _primary_term, error }: z.infer<typeof Item>): Written => ({
  status,
  at: _seq_no === undefined || _primary_term === undefined ? null : { seqNo: _seq_no, term: _primary_term },
  error,
});
