import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { CaseHead, Head } from '../../../pipeline/ports.ts';
import type { Elastic, SearchHit } from './elastic.ts';
import { FIRST_ENTRIES, refresh, valuesOf } from './searches.ts';

/** Logs whose ends are asked for at once. */
const LOGS_AT_ONCE = 1_000;
/** As many as one search may give. */
const LIST_MAX = 10_000;

const Last = z.object({ case_id: z.string(), seq: z.int(), hash: z.string(), open: z.boolean() });
const First = z.object({ case_id: z.string() });
export type Lists = {
  list(limit: number, before?: string): Promise<CaseHead[]>;
  heads(): Promise<Head[]>;
  /** The last entries of these logs, of those that have any. The index has to be refreshed before. */
  ends(caseIds: readonly string[]): Promise<CaseHead[]>;
  /** The ids of all logs, page by page in order, reserved ones included. The index has to be refreshed before. */
  names(): AsyncGenerator<string[]>;
};

/** What is asked of all logs at once. It is asked of the log itself, after a refresh, and never of copies. */
export function createLists(elastic: Elastic, index: string): Lists {
  const endsOfPage = async (caseIds: readonly string[]): Promise<CaseHead[]> => {
    const { hits } = await elastic.search('ends of logs', {
      index,
      size: caseIds.length,
      query: { terms: { case_id: [...caseIds] } },
      collapse: { field: 'case_id' },
      sort: [{ seq: 'desc' }],
      _source: ['case_id', 'seq', 'hash', 'open'],
      track_total_hits: false,
    });
    return hits.map((hit) => parseHit(Last, hit));
  };

  const ends = async (caseIds: readonly string[]): Promise<CaseHead[]> => {
    const found: CaseHead[] = [];
    for (let from = 0; from < caseIds.length; from += LOGS_AT_ONCE)
      found.push(...(await endsOfPage(caseIds.slice(from, from + LOGS_AT_ONCE))));
    return found;
  };

  const names = (): AsyncGenerator<string[]> => valuesOf(elastic, 'names of logs', { index, field: 'case_id' });

  return {
    ends,
    names,
    async list(limit, before) {
      if (limit <= 0) return [];
      await refresh(elastic, [index]);
      // Each case has one first entry, so that the work grows with the cases and not with all that was said in them.
      const { hits } = await elastic.search('newest cases', {
        index,
        size: Math.min(limit, LIST_MAX),
        query: { bool: { filter: [FIRST_ENTRIES, ...older(before)] } },
        sort: [{ case_id: 'desc' }],
        _source: ['case_id'],
        track_total_hits: false,
      });
      const caseIds = hits.map((hit) => parseHit(First, hit).case_id);
      const last = new Map((await ends(caseIds)).map((end) => [end.case_id, end]));
      return caseIds.flatMap((caseId) => last.get(caseId) ?? []);
    },
    async heads() {
      await refresh(elastic, [index]);
      const heads: Head[] = [];
      for await (const page of names()) {
        const last = new Map((await ends(page)).map((end) => [end.case_id, end]));
        for (const caseId of page) {
          const end = last.get(caseId);
          if (end !== undefined) heads.push({ case_id: end.case_id, seq: end.seq, hash: end.hash });
        }
      }
      return heads;
    },
  };
}

const older = (before: string | undefined) => (before === undefined ? [] : [{ range: { case_id: { lt: before } } }]);

function parseHit<T>(shape: z.ZodType<T>, hit: SearchHit): T {
  const parsed = shape.safeParse(hit.source);
  if (parsed.success) return parsed.data;
  throw new GovernorError('log_broken', `the document \`${hit.id}\` of the log cannot be read`, { cause: parsed.error });
}
