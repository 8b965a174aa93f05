import { z } from 'zod';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { CaseLog } from '../../../pipeline/ports.ts';
import type { StoreLog } from '../store-log.ts';
import { type Batches, faultOf, isDone, type Operation, type Written } from './batches.ts';
import type { Elastic } from './elastic.ts';
import { isConflict } from './faults.ts';
import type { IndexNames } from './names.ts';
import { refresh } from './searches.ts';

/** Asked more often, the last answer is given again. */
const PROBE_EVERY_MS = 1_000;
/** No case has this id: it is no lease, only a write that matters to nobody. */
const PROBE = '~probe';

/** Faults that say nothing about the store as a whole. */
const OF_ONE_LOG: ReadonlySet<string> = new Set(['entry_invalid', 'log_broken']);
const Cause = z.object({ type: z.string() });

type Answer = Awaited<ReturnType<CaseLog['healthy']>>;
type Parts = { elastic: Elastic; batches: Batches; names: Pick<IndexNames, 'log' | 'leases'>; now: () => number; log: StoreLog };

export type Health = Pick<CaseLog, 'healthy'> & {
  /** An entry of this name is in the log. */
  wrote(name: string): void;
  failed(fault: unknown): void;
};

/**
 * Whether the cluster takes writes, tried and not guessed: a document that matters to nobody is written, and one is
 * offered to the log that its shard has to turn down, which it can only do where it is there and open to writes.
 */
export function createHealth({ elastic, batches, names, now, log }: Parts): Health {
  let known: string | null = null;
  let answer: Answer = { ok: true };
  let probedAt = Number.NEGATIVE_INFINITY;
  let probing: Promise<Answer> | undefined;

  /** Null only where the log is empty: then it is tried with the first entry. */
  const findEntry = async (): Promise<string | null> => {
    await refresh(elastic, [names.log]);
    const { hits } = await elastic.search('probe', { index: names.log, size: 1, _source: false, track_total_hits: false });
    return hits[0]?.id ?? null;
  };

  const write = async (): Promise<void> => {
    known ??= await findEntry();
    const document = { holder: PROBE, until_ms: now() };
    const lease: Operation = { action: 'index', index: names.leases, id: PROBE, document };
    const written = await batches.write([lease, ...(known === null ? [] : [createAgain(known)])]);
    const refused = written.find((one) => !isDone(one) && !isTurnedDown(one));
    if (refused !== undefined) throw faultOf('probe', refused);
  };

  /** Neither this document nor any other can come to be under that name: its field is unknown and the place is taken. */
  const createAgain = (id: string): Operation => ({
    action: 'create',
    index: names.log,
    id,
    routing: id.slice(0, id.lastIndexOf(':')),
    requireAlias: true,
    document: { probe: true },
  });

  const probe = async (): Promise<Answer> => {
    probedAt = performance.now();
    try {
      await write();
      if (!answer.ok) log.warn('the store takes writes again');
      answer = { ok: true };
    } catch (fault) {
      refuse(fault);
    }
    probing = undefined;
    return answer;
  };

  const refuse = (fault: unknown): void => {
    if (answer.ok) log.error('the store takes no more writes', { problem: problemOf(fault) });
    answer = { ok: false, problem: problemOf(fault) };
  };

  return {
    wrote(name) {
      known = name;
    },
    failed(fault) {
      const isOfOneLog = fault instanceof GovernorError && OF_ONE_LOG.has(fault.code);
      if (!isOfOneLog) refuse(fault);
    },
    healthy() {
      if (probing === undefined && performance.now() - probedAt < PROBE_EVERY_MS) return Promise.resolve(answer);
      probing ??= probe();
      return probing;
    },
  };
}

/** The primary looked at the document and would not have it: so it is there, and open to writes. */
function isTurnedDown({ status, error }: Written): boolean {
  const cause = Cause.safeParse(error);
  return isConflict(status) || (cause.success && cause.data.type === 'strict_dynamic_mapping_exception');
}
