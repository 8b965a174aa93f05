import { z } from 'zod';
import { problemOf } from '../../../pipeline/errors.ts';
import { forgetOldest } from '../../../pipeline/forget-oldest.ts';
import { createForeignListeners } from '../listeners.ts';
import type { ForeignListener } from '../store.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic, SearchHit } from './elastic.ts';
import { parseEntryName } from './log-documents.ts';
import { createSeqCursor } from './seq-cursor.ts';

export const ASK_EVERY_MS = 250;
const ASK_MS_MAX = 5_000;
const PAGE = 1_000;
/** At the beginning so many of the newest entries are known; what appears between them later is new. */
const OVERLAP = 100;
const OWN_MAX = 20_000;

const Sort = z.tuple([z.int()]).rest(z.unknown());

export type ForeignWatch = {
  /** Takes the place from which on entries are new. */
  begin(): Promise<void>;
  /** Our own entry: it needs no telling. */
  own(name: string): void;
  subscribe(listener: ForeignListener): () => void;
  stop(): void;
};

type Parts = { elastic: Elastic; index: string; log: StoreLog; everyMs: number };

/**
 * Notices what other processes append, soon after it can be searched, by the numbers under which the one shard of the
 * log took it. It only wakes: whoever is told reads the log itself, and what was never told is found with the open
 * cases.
 */
export function createForeignWatch({ elastic, index, log, everyMs }: Parts): ForeignWatch {
  const listeners = createForeignListeners(log);
  const own = new Set<string>();
  let cursor = createSeqCursor();
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = everyMs;

  const search = async (ranges: readonly { gte: number; lte?: number }[], order: 'asc' | 'desc', size: number) => {
    const should = ranges.map((range) => ({ range: { _seq_no: range } }));
    const { hits } = await elastic.search('foreign entries', {
      index,
      size,
      query: { bool: { should } },
      sort: [{ _seq_no: order }],
      _source: false,
      track_total_hits: false,
    });
    return hits;
  };

  const ask = async (): Promise<void> => {
    for (let full = true; full && listeners.any(); ) {
      const hits = await search(cursor.ranges(), 'asc', PAGE);
      const isNew = cursor.take(hits.map(seqNoOf), performance.now());
      const foreign = hits.filter((hit, at) => isNew[at] === true && !own.delete(hit.id));
      const caseIds = new Set(foreign.flatMap((hit) => parseEntryName(hit.id)?.caseId ?? []));
      if (caseIds.size > 0) listeners.tell([...caseIds].sort());
      full = hits.length === PAGE;
    }
  };

  const round = async (): Promise<void> => {
    try {
      await ask();
      pauseMs = everyMs;
    } catch (fault) {
      // Nothing was passed over, because the cursor only moves on with an answer.
      if (pauseMs === everyMs) log.warn('other processes cannot be watched for the moment', { problem: problemOf(fault) });
      pauseMs = Math.max(everyMs, Math.min(ASK_MS_MAX, pauseMs * 2));
    }
    timer = undefined;
    if (listeners.any()) goOn(pauseMs);
  };

  const goOn = (afterMs: number): void => {
    // Watching alone is no reason for a process to live on.
    timer ??= setTimeout(round, afterMs).unref();
  };

  return {
    async begin() {
      const newest = (await search([{ gte: 0 }], 'desc', OVERLAP)).map(seqNoOf).reverse();
      cursor = createSeqCursor((newest[0] ?? 0) - 1);
      cursor.take(newest, performance.now());
    },
    own(name) {
      own.add(name);
      forgetOldest(own, OWN_MAX);
    },
    subscribe(listener) {
      const stop = listeners.subscribe(listener);
      goOn(0);
      return stop;
    },
    stop() {
      listeners.clear();
      clearTimeout(timer);
    },
  };
}

const seqNoOf = (hit: SearchHit): number => Sort.parse(hit.sort)[0];
