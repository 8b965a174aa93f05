import { GovernorError } from '../../../pipeline/errors.ts';
import type { CaseLog } from '../../../pipeline/ports.ts';
import { createAppendListeners } from '../listeners.ts';
import { prepareEntry } from '../prepare-entry.ts';
import type { StoreLog } from '../store-log.ts';
import { createBatches } from './batches.ts';
import { createCopies } from './copies.ts';
import type { Elastic } from './elastic.ts';
import { createEntryReader } from './entry-reader.ts';
import type { ForeignWatch } from './foreign.ts';
import { createGets } from './gets.ts';
import { createHealth } from './health.ts';
import { createInTurn } from './in-turn.ts';
import { createKeptEntries } from './kept-entries.ts';
import { createLeases } from './leases.ts';
import { createLists } from './lists.ts';
import { entryName, type Stored } from './log-documents.ts';
import type { IndexNames } from './names.ts';
import { createOpenCases } from './open-cases.ts';
import { deadlineIn, patiently } from './patience.ts';
import { createPlaceEntry } from './place-entry.ts';

/** Writing is tried for so many timeouts, reading for fewer: who only reads can ask again at once. */
const WRITE_PATIENCE = 2.5;
const READ_PATIENCE = 1.5;

type Parts = { elastic: Elastic; names: IndexNames; now: () => number; log: StoreLog; foreign: Pick<ForeignWatch, 'own'> };

export type ElasticLog = {
  caseLog: CaseLog;
  /** Waits for what is under way and draws the copies that are due; later appends are refused. */
  close(): Promise<void>;
};

/** The case log in a cluster; its index is the alias `names.log` of an index with one shard. */
export function createElasticLog({ elastic, names, now, log, foreign }: Parts): ElasticLog {
  const gets = createGets(elastic);
  const batches = createBatches(elastic);
  // Copies have requests of their own: trouble with them is to keep no entry waiting.
  const copyBatches = createBatches(elastic, 'copies');
  const kept = createKeptEntries();
  const reader = createEntryReader({ gets, kept, index: names.log });
  const lists = createLists(elastic, names.log);
  const { tell, subscribe: onAppend } = createAppendListeners(log);
  const health = createHealth({ elastic, batches, names, now, log });
  const readUntil = (): number => deadlineIn(READ_PATIENCE * elastic.timeoutMs);
  const readAll = (caseId: string) => reader.read(caseId, 0, readUntil());
  const copies = createCopies({ batches: copyBatches, names, readAll, log });
  const place = createPlaceEntry({ batches, gets, reader, kept, index: names.log, copies });
  const redraw = { elastic, names, lists, gets, reader, batches: copyBatches };
  const openCases = createOpenCases({ redraw, copies, log });
  const inTurn = createInTurn();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const acknowledged = (stored: Stored): void => {
    const name = entryName(stored.entry.case_id, stored.entry.seq);
    health.wrote(name);
    foreign.own(name);
    copies.appended(stored);
    tell(stored.entry);
  };

  const append: CaseLog['append'] = async (caseId, seq, body, options) => {
    const prepared = prepareEntry(caseId, seq, body, options);
    const until = deadlineIn(WRITE_PATIENCE * elastic.timeoutMs);
    try {
      const placed = await inTurn(caseId, () => place(prepared, until));
      if (!placed.ok) return { ok: false, refusal: 'conflict' };
      acknowledged(placed.stored);
      return { ok: true, entry: placed.stored.entry };
    } catch (fault) {
      health.failed(fault);
      throw fault;
    }
  };

  const tracked = <T>(work: Promise<T>): Promise<T> => {
    const leave = (): boolean => underWay.delete(work);
    underWay.add(work);
    work.then(leave, leave);
    return work;
  };

  const refused = (): Promise<never> => Promise.reject(new GovernorError('store_closed', 'the store is closed'));

  return {
    caseLog: {
      append: (...given) => (closed ? refused() : tracked(append(...given))),
      read: async (caseId, fromSeq = 0) => (await reader.read(caseId, fromSeq, readUntil())).map(({ entry }) => entry),
      openCases: () => patiently(readUntil(), openCases),
      list: (limit, before) => patiently(readUntil(), () => lists.list(limit, before)),
      heads: () => patiently(readUntil(), lists.heads),
      ...createLeases({ batches, gets, index: names.leases, now }),
      onAppend,
      healthy: async () => (closed ? { ok: false, problem: 'the store is closed' } : health.healthy()),
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      await batches.drained();
      await copies.close();
    },
  };
}
