import type { Entry, EntryBody } from '../contracts/entry.ts';
import { isReservedLog } from '../contracts/entry.ts';
import type { CaseState } from './case-state.ts';
import { GovernorError } from './errors.ts';
import { type Ladder, NO_LADDER } from './escalation.ts';
import { advance, fold } from './fold.ts';
import { forgetOldest } from './forget-oldest.ts';
import type { CaseLog, Clock, Ids } from './ports.ts';
import { isOpen } from './showing.ts';

/** Folded states kept in memory; beyond this the oldest are read again when needed. */
const KEPT_MAX = 2_000;
const CONFLICTS_MAX = 50;

/** An entry to append, or none, and what to tell the asker once it is durable. */
export type Wish<T> = { append: EntryBody | null; answer: T };

export type Changed<T> = { state: CaseState; answer: T };

export type Cases = {
  /** The case as it stands in the log; undefined where there is none. */
  load(caseId: string): Promise<CaseState | undefined>;
  /**
   * The case as this process last saw it, without asking the log. Whoever acts on it must append: then the log itself says
   * whether it was the newest.
   */
  known(caseId: string): CaseState | undefined;
  /**
   * Appends behind this state, or behind what was only posted, refused or reminded since: a planner's answer must not be
   * lost to the card that was shown meanwhile. Null where anything else came first, and the caller looks again.
   */
  record(state: CaseState, body: EntryBody): Promise<CaseState | null>;
  /** Opens a case; null where the id is taken, which is how one message opens at most one case. */
  open(caseId: string, body: Extract<EntryBody, { kind: 'incident_opened' }>): Promise<CaseState | null>;
  /**
   * Appends what `decide` says of the newest state, asking again after each lost race; undefined where there is no such
   * case. `decide` may be asked several times and changes nothing itself.
   */
  change<T>(caseId: string, decide: (state: CaseState) => Wish<T>): Promise<Changed<T> | undefined>;
};

/** `ticketed` and `ladder`: a case is over only when its ticket says so too, and when all who are to be told of it have been. */
type Parts = { log: CaseLog; clock: Clock; ids: Ids; ticketed?: boolean; ladder?: Ladder };

/** The cases, folded from their log. Every read asks the log for what came since, so no process decides on an old state. */
export function createCases({ log, clock, ids, ticketed = false, ladder = NO_LADDER }: Parts): Cases {
  const kept = new Map<string, CaseState>();

  const keep = (state: CaseState): CaseState => {
    kept.delete(state.caseId);
    kept.set(state.caseId, state);
    forgetOldest(kept, KEPT_MAX);
    return state;
  };

  // What this process wrote is folded from the value it wrote: reading it back and parsing it would be most of a step's
  // work. What others wrote since is still read before anything is decided.
  log.onAppend((entry) => {
    const known = kept.get(entry.case_id);
    const follows = known === undefined ? entry.seq === 0 : known.hash === entry.prev_hash;
    if (follows && !isReservedLog(entry.case_id)) keep(advance(known, entry));
  });

  const load = async (caseId: string): Promise<CaseState | undefined> => {
    if (isReservedLog(caseId)) return undefined;
    const known = kept.get(caseId);
    const entries = await log.read(caseId, known === undefined ? 0 : known.seq + 1);
    // A concurrent append may have been kept while this read was under way; folding starts from what was read behind.
    const state = fold(entries, known);
    return state === undefined ? undefined : keep(state);
  };

  const append = async (state: CaseState | undefined, caseId: string, body: EntryBody): Promise<CaseState | null> => {
    const at = new Date(clock.now()).toISOString();
    const entryId = ids.entryId();
    const seq = state === undefined ? 0 : state.seq + 1;
    // Whether the case stays open is asked of the state it would have; the hash does not matter for that.
    const provisional: Entry = { case_id: caseId, seq, entry_id: entryId, at, prev_hash: state?.hash ?? '', hash: '', body };
    const open = isOpen(advance(state, provisional), ticketed, ladder);
    const appended = await log.append(caseId, seq, body, { entryId, at, open });
    if (!appended.ok) return null;
    const now = kept.get(caseId);
    return now?.hash === appended.entry.hash ? now : advance(state, appended.entry);
  };

  /** One round of a change; `raced` where somebody else's entry came first. */
  const changeOnce = async <T>(
    caseId: string,
    decide: (state: CaseState) => Wish<T>,
  ): Promise<Changed<T> | 'raced' | undefined> => {
    const state = await load(caseId);
    if (state === undefined) return undefined;
    const { append: body, answer } = decide(state);
    if (body === null) return { state, answer };
    const after = await append(state, caseId, body);
    return after === null ? 'raced' : { state: after, answer };
  };

  /**
   * A change of the state as it is known here. An append that succeeds has proven that nothing came since, so the log
   * need not be asked before; null where nothing is proven, because nothing was appended.
   */
  const changeKnown = async <T>(caseId: string, decide: (state: CaseState) => Wish<T>): Promise<Changed<T> | null> => {
    const state = kept.get(caseId);
    if (state === undefined) return null;
    const { append: body, answer } = decide(state);
    const after = body === null ? null : await append(state, caseId, body);
    return after === null ? null : { state: after, answer };
  };

  const change: Cases['change'] = async (caseId, decide) => {
    const done = await changeKnown(caseId, decide);
    if (done !== null) return done;
    for (let round = 0; round < CONFLICTS_MAX; round += 1) {
      const done = await changeOnce(caseId, decide);
      if (done !== 'raced') return done;
    }
    throw new GovernorError('case_contended', `case ${caseId} changed ${CONFLICTS_MAX} times while one entry was to be written`);
  };

  /** What was only posted since is mostly known here already, so that the first try need not fail for it. */
  const latestOf = (state: CaseState): CaseState => {
    const now = kept.get(state.caseId);
    return now !== undefined && now.seq > state.seq && now.materialSeq === state.materialSeq ? now : state;
  };

  const record: Cases['record'] = async (state, body) => {
    let now: CaseState | undefined = latestOf(state);
    for (let round = 0; round < CONFLICTS_MAX && now?.materialSeq === state.materialSeq; round += 1) {
      const after = await append(now, state.caseId, body);
      if (after !== null) return after;
      now = await load(state.caseId);
    }
    return null;
  };

  return {
    load,
    known: (caseId) => kept.get(caseId),
    record,
    open: (caseId, body) => append(undefined, caseId, body),
    change,
  };
}
