import { z } from 'zod';
import { isReservedLog } from '../../../contracts/entry.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { CaseHead } from '../../../pipeline/ports.ts';
import type { StoreLog } from '../store-log.ts';
import type { Copies } from './copies.ts';
import { createEveryHit } from './every-hit.ts';
import { type Redraw, redrawMissing } from './rebuild.ts';
import { countCases, countOf, refresh } from './searches.ts';

type Parts = { redraw: Redraw; copies: Pick<Copies, 'touch'>; log: StoreLog };

/** As many as one search may give. */
const MARKS_AT_ONCE = 10_000;

/** Others may keep incidents in the same index; only ours were drawn from an entry. */
const COPIES = { exists: { field: 'seq' } };

const Marker = z.object({ seq: z.int().nullish() });

/** What the copies claim to be open, checked against the log. */
type Look = { open: CaseHead[]; complete: boolean };

/**
 * Ids of open cases, oldest first. The copies only say where to look: whether a case is open its own last entry says, and
 * copies that were lost are noticed, because every case has one, and drawn anew before anything is answered.
 */
export function createOpenCases({ redraw, copies, log }: Parts): () => Promise<string[]> {
  const { elastic, names, lists } = redraw;
  const everyHit = createEveryHit(elastic, log, MARKS_AT_ONCE);

  const look = async (): Promise<Look> => {
    await refresh(elastic, [names.log, names.cases]);
    // Cases first: one that is opened between the two counts can only look like a lost copy, never hide one.
    const [marks, copied] = await Promise.all([
      everyHit('open marks', { index: names.cases, query: { term: { open: true } }, fields: ['seq'] }),
      countOf(elastic, 'copies of cases', { index: names.cases, query: COPIES }),
    ]);
    const cases = await countCases(elastic, names.log);
    const ends = await lists.ends(marks.map((mark) => mark.id));
    const endOf = new Map(ends.map((end) => [end.case_id, end]));
    for (const mark of marks) touchStale(mark.id, Marker.parse(mark.source).seq ?? -1, endOf.get(mark.id));
    // A mark may stand alone where its entry never came to be: such ones must not make up for lost copies.
    const alone = marks.length - ends.length;
    return { open: ends.filter((end) => end.open), complete: copied - alone >= cases };
  };

  /** A copy that another process left behind when it ended is brought up to date by whoever comes by. */
  const touchStale = (caseId: string, seq: number, end: CaseHead | undefined): void => {
    if (end !== undefined && end.seq > seq) copies.touch(caseId);
  };

  const lookWhole = async (): Promise<readonly CaseHead[]> => {
    const found = await lookOrMissing();
    if (found?.complete) return found.open;
    const missing = await redrawMissing(redraw);
    if (missing.length > 0)
      log.warn('copies of cases were missing and have been drawn anew from the log', { cases: missing.length });
    // Whatever became of the copies: the cases that had none are asked of the log.
    const others = (await lists.ends(missing)).filter((end) => end.open);
    return [...(found ?? (await look())).open, ...others];
  };

  /** Null where the copies' index is gone as a whole. */
  const lookOrMissing = async (): Promise<Look | null> => {
    try {
      return await look();
    } catch (fault) {
      const copiesGone = fault instanceof GovernorError && fault.code === 'index_missing' && (await hasLog());
      if (copiesGone) return null;
      throw fault;
    }
  };

  const hasLog = async (): Promise<boolean> => {
    await refresh(elastic, [names.log]);
    return true;
  };

  return async () => {
    const open = new Set((await lookWhole()).map((end) => end.case_id));
    return [...open].filter((caseId) => !isReservedLog(caseId)).sort(byBytes);
  };
}

/** As the embedded store sorts ids. */
const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
