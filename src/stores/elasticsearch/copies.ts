import { type Entry, isReservedLog } from '../../../contracts/entry.ts';
import { problemOf } from '../../../pipeline/errors.ts';
import { forgetOldest } from '../../../pipeline/forget-oldest.ts';
import type { StoreLog } from '../store-log.ts';
import { type Batches, faultOf, isDone, type Operation, type Written } from './batches.ts';
import { caseDocument, executionDocument } from './copy-documents.ts';
import { advanceCopy, type CaseCopy } from './copy-fold.ts';
import { isConflict } from './faults.ts';
import type { Stored } from './log-documents.ts';
import type { IndexNames } from './names.ts';

/** Entries of a case come in bursts; the copy of the last one says all that the others would have. */
const LAZY_MS = 250;
const LAZY_MS_MAX = 10_000;
const CASES_AT_ONCE = 200;
const KEPT_MAX = 1_000;

type CopyNames = Pick<IndexNames, 'cases' | 'executions'>;

export type Copies = {
  /** The write that shows this entry's case as open. */
  marker(entry: Entry): Operation;
  /** An entry of ours was acknowledged. */
  appended(stored: Stored): void;
  /** The copy of this case may be wrong: it is drawn anew from the log. */
  touch(caseId: string): void;
  /** Draws what is due; a fault is for later, or for `close`. */
  close(): Promise<void>;
};

type Parts = {
  batches: Batches;
  names: CopyNames;
  readAll: (caseId: string) => Promise<readonly Stored[]>;
  log: StoreLog;
};

/**
 * The copies of cases and executions, for people and for Kibana. They follow the log a little later, never say more than
 * it does, and nothing waits for them: what could not be written is written later. The version of a copy is the seq of
 * the entry it was drawn from, so an older one never replaces a newer one.
 */
export function createCopies({ batches, names, readAll, log }: Parts): Copies {
  const kept = new Map<string, CaseCopy>();
  const due = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = LAZY_MS;
  let running = Promise.resolve();
  let closed = false;

  const keep = (copy: CaseCopy): void => {
    kept.delete(copy.caseId);
    kept.set(copy.caseId, copy);
    forgetOldest(kept, KEPT_MAX);
  };

  /** Undefined where the log has to be read for it. */
  const following = ({ entry, open }: Pick<Stored, 'entry' | 'open'>): CaseCopy | undefined => {
    const before = kept.get(entry.case_id);
    const follows = entry.seq === 0 || before?.hash === entry.prev_hash;
    return follows ? advanceCopy(entry.seq === 0 ? undefined : before, { entry, open }) : undefined;
  };

  const later = (caseId: string): void => {
    due.add(caseId);
    if (closed) return;
    timer ??= setTimeout(flush, pauseMs).unref();
  };

  const draw = async (caseIds: readonly string[]): Promise<void> => {
    const read = await Promise.all(caseIds.map(async (caseId) => kept.get(caseId) ?? drawCopy(await readAll(caseId))));
    const drawn = read.filter((copy) => copy !== undefined);
    if (drawn.length === 0) return;
    throwFailed(await batches.write(drawn.flatMap((copy) => copyOperations(names, copy))));
    // Entries may have come meanwhile; what was drawn here is then the older one.
    for (const copy of drawn) if ((kept.get(copy.caseId)?.seq ?? -1) < copy.seq) keep(copy);
  };

  const drawDue = async (): Promise<void> => {
    const caseIds = [...due].slice(0, CASES_AT_ONCE);
    for (const caseId of caseIds) due.delete(caseId);
    try {
      await draw(caseIds);
      pauseMs = LAZY_MS;
    } catch (fault) {
      for (const caseId of caseIds) due.add(caseId);
      if (pauseMs === LAZY_MS)
        log.warn('copies of the log could not be written and will be later', { problem: problemOf(fault) });
      pauseMs = Math.min(LAZY_MS_MAX, pauseMs * 2);
    }
  };

  const flush = (): void => {
    running = drawDue().then(() => {
      timer = undefined;
      const [next] = due;
      if (next !== undefined) later(next);
    });
  };

  return {
    marker(entry) {
      const stored = { entry, open: true };
      return caseOperation(names, following(stored) ?? advanceCopy(undefined, stored));
    },
    appended(stored) {
      const { case_id } = stored.entry;
      if (isReservedLog(case_id)) return;
      const copy = following(stored);
      if (copy === undefined) kept.delete(case_id);
      else keep(copy);
      later(case_id);
    },
    touch(caseId) {
      kept.delete(caseId);
      later(caseId);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
      let left = Number.POSITIVE_INFINITY;
      while (due.size > 0 && due.size < left) {
        left = due.size;
        await drawDue();
      }
      if (due.size > 0) log.warn('copies of the log were left behind; they are drawn anew later', { cases: due.size });
    },
  };
}

/** A conflict only says that a newer copy is there. */
export function throwFailed(written: readonly Written[]): void {
  const failed = written.find((one) => !isDone(one) && !isConflict(one.status));
  if (failed !== undefined) throw faultOf('copies', failed);
}

/** The copy that all entries of a log add up to; undefined where there are none. */
export function drawCopy(entries: readonly Stored[]): CaseCopy | undefined {
  let copy: CaseCopy | undefined;
  for (const stored of entries) copy = advanceCopy(copy, stored);
  return copy;
}

export const copyOperations = (names: CopyNames, copy: CaseCopy): Operation[] => [
  caseOperation(names, copy),
  ...copy.executions.map(
    (execution): Operation => ({
      action: 'index',
      index: names.executions,
      id: execution.started.key,
      version: execution.seq,
      document: executionDocument(copy, execution),
    }),
  ),
];

const caseOperation = (names: CopyNames, copy: CaseCopy): Operation => ({
  action: 'index',
  index: names.cases,
  id: copy.caseId,
  version: copy.seq,
  document: caseDocument(copy),
});
