import type { BodyOf, Entry, EntryKind } from '../contracts/entry.ts';
import type { CaseStatus } from '../contracts/words.ts';
import type { CardState, CaseState, LearnedState, RevisionState } from './case-state.ts';
import { GovernorError } from './errors.ts';
import { mayHaveRun, outcomeChange } from './outcome-change.ts';
import { keyOf } from './personal-statement.ts';

export type Change<K extends EntryKind> = (state: CaseState, body: BodyOf<K>, entry: Entry) => Partial<CaseState>;
/** The logs under reserved ids have entries of their own; a case holds none of them. */
export type CaseKind = Exclude<
  EntryKind,
  'paused' | 'resumed' | 'lock_taken' | 'lock_released' | 'slot_taken' | 'summary_told' | 'key_taken'
>;

export const broken = (entry: Entry, why: string) =>
  new GovernorError('log_broken', `${entry.case_id} at seq ${entry.seq}: ${why}`);

/** A hold covers whatever the case would otherwise be; the wish underneath is found again at release. */
const covered = (state: CaseState, status: CaseStatus): CaseStatus => (state.held ? 'held' : status);

/** What a gated revision waits for where nobody holds it. */
export function statusOfGated(revision: RevisionState, waiting: CaseState['waiting']): CaseStatus {
  if (revision.approved) return 'ready_to_execute';
  const free =
    revision.gated?.gate.decision === 'execute' && revision.gated.auto_execute && waiting?.for !== 'recovered_meanwhile';
  return free && revision.voided === null ? 'ready_to_execute' : 'pending_approval';
}

function onRevision(
  state: CaseState,
  number: number,
  change: (revision: RevisionState) => RevisionState,
): Pick<CaseState, 'revisions'> {
  return { revisions: state.revisions.map((revision) => (revision.revision === number ? change(revision) : revision)) };
}

function onCard(state: CaseState, number: number, change: (card: CardState) => CardState): Pick<CaseState, 'cards'> {
  const card = state.cards[number];
  return card === undefined ? { cards: state.cards } : { cards: { ...state.cards, [number]: change(card) } };
}

const onLearned = ({ learned }: CaseState, change: Partial<LearnedState>): Pick<CaseState, 'learned'> => ({
  learned: learned === null ? null : { ...learned, ...change },
});

const onTicket = ({ ticket }: CaseState, change: Partial<NonNullable<CaseState['ticket']>>): Partial<CaseState> => ({
  ticket: ticket === null ? null : { ...ticket, ...change },
  ticketFailed: false,
});

const act = (body: { kind: string; by: string }, entry: Entry, reason: string | null): Pick<CaseState, 'lastAct'> => ({
  lastAct: { kind: body.kind, by: body.by, at: entry.at, reason },
});

/** What each kind of entry changes in the case it belongs to. */
export const CHANGES: { [K in CaseKind]: Change<K> } = {
  incident_opened: (_state, _body, entry) => {
    throw broken(entry, 'a case is opened once');
  },
  step_failed: (_state, body) => ({ attempts: body.attempt, problem: body.problem }),
  replan_asked: (state, body, entry) => ({
    ...act(body, entry, null),
    status: covered(state, 'analyzing'),
    replanning: true,
    attempts: 0,
    problem: null,
    waiting: null,
  }),
  planned: (state, body, entry) => ({
    status: covered(state, 'analyzing'),
    revisions: [
      ...state.revisions,
      {
        revision: body.revision,
        planned: body,
        plannedAt: entry.at,
        stressed: null,
        gated: null,
        approvals: [],
        approved: false,
        voided: null,
      },
    ],
    replanning: false,
    attempts: 0,
    problem: body.origin === 'planner_failed' ? state.problem : null,
    waiting: null,
    recovery: null,
  }),
  stressed: (state, body) => ({
    ...onRevision(state, body.revision, (revision) => ({ ...revision, stressed: body })),
    attempts: 0,
  }),
  gated: (state, body, entry) => {
    const { revisions } = onRevision(state, body.revision, (revision) => ({
      ...revision,
      gated: { ...body, at: entry.at, seq: entry.seq },
    }));
    const now = revisions.at(-1);
    return { revisions, attempts: 0, status: covered(state, now === undefined ? 'analyzing' : statusOfGated(now, null)) };
  },
  card_posted: (state, body) => ({
    cards: {
      ...state.cards,
      [body.revision]: {
        channel: body.channel,
        ts: body.ts,
        showsSeq: body.shows_seq,
        decisionShown: null,
        superseded: false,
        threadPosts: {},
        picture: null,
      },
    },
  }),
  decision_shown: (state, body, entry) =>
    onCard(state, body.revision, (card) => ({
      ...card,
      showsSeq: body.shows_seq,
      decisionShown: { at: entry.at, threadTs: body.thread_ts, seq: entry.seq },
      threadPosts: { ...card.threadPosts, details: body.thread_ts },
    })),
  card_updated: (state, body) => onCard(state, body.revision, (card) => ({ ...card, showsSeq: body.shows_seq })),
  card_superseded: (state, body) => onCard(state, body.revision, (card) => ({ ...card, superseded: true })),
  thread_posted: (state, body, entry) =>
    onCard(state, body.revision, (card) => ({
      ...card,
      threadPosts: { ...card.threadPosts, [body.key]: body.ts },
      picture: body.picture === undefined ? card.picture : { fileId: body.picture, seq: entry.seq },
    })),
  approved: (state, body, entry) => {
    const { by, as, via, reason } = body;
    const approval = { by, as, at: entry.at, via, key: keyOf(body), reason, seq: entry.seq };
    const approved = body.count >= body.needed;
    const change = onRevision(state, body.revision, (revision) => ({
      ...revision,
      approvals: [...revision.approvals, approval],
      approved,
    }));
    return {
      ...change,
      ...act(body, entry, body.reason),
      status: covered(state, approved ? 'ready_to_execute' : 'pending_approval'),
    };
  },
  refused: (state) => ({ refusedAttempts: state.refusedAttempts + 1 }),
  rejected: (_state, body, entry) => ({ ...act(body, entry, body.reason), status: 'rejected', held: false, waiting: null }),
  held: (_state, body, entry) => ({ ...act(body, entry, body.reason), status: 'held', held: true, released: null }),
  released: (state, body, entry) => {
    const now = state.revisions.at(-1);
    // A revision is started once: one whose order did not go out is looked at again as a new one.
    const wasStarted = now !== undefined && state.execution?.revision === now.revision;
    const status = now?.gated && !wasStarted ? statusOfGated(now, state.waiting) : 'analyzing';
    return { ...act(body, entry, body.reason), held: false, released: { by: body.by, key: keyOf(body) }, status };
  },
  reminded: (state) => ({ reminders: state.reminders + 1 }),
  escalated: (state, body, entry) => ({
    escalations: { ...state.escalations, [body.key]: { outcome: body.outcome, to: body.to, at: entry.at } },
  }),
  expired: () => ({ status: 'expired', held: false, waiting: null }),
  waiting: (state, body, entry) => waitingChange(state, body, entry),
  voided: (state, body) => ({
    ...onRevision(state, body.revision, (revision) => ({
      ...revision,
      voided: body.differences,
      approvals: [],
      approved: false,
    })),
    status: covered(state, 'pending_approval'),
    waiting: null,
  }),
  execution_started: (state, body, entry) => ({
    status: 'executing',
    waiting: null,
    executionCount: state.executionCount + 1,
    ranBefore: state.ranBefore || mayHaveRun(state.execution),
    execution: {
      revision: body.revision,
      key: body.key,
      actionId: body.action_id,
      actionHash: body.action_hash,
      executor: body.executor,
      parameters: body.parameters,
      startedAt: entry.at,
      notAfter: body.not_after,
      baseline: body.baseline,
      outcome: null,
      recordedAt: null,
      detail: '',
      effectAt: null,
    },
  }),
  execution_recorded: (state, body, entry) => {
    if (state.execution === null) throw broken(entry, 'an outcome needs an execution');
    return outcomeChange(state, state.execution, body, entry.at);
  },
  verified: (_state, body, entry) => ({
    recovery: {
      result: body.result,
      after: body.telemetry,
      detail: body.detail,
      at: entry.at,
      asksUntil: body.asks_until ?? null,
    },
    status: body.result === 'recovered' ? 'learning' : 'not_recovered',
    attempts: 0,
  }),
  learned: (_state, body) => ({
    learned: {
      runbookId: body.runbook_id,
      title: body.title,
      text: body.text,
      decision: null,
      decidedBy: null,
      failures: 0,
      kept: true,
    },
    status: 'resolved',
    attempts: 0,
    problem: null,
  }),
  learning_skipped: (_state, body) => ({ status: 'resolved', problem: body.problem }),
  learning_decided: (state, body, entry) => ({
    ...onLearned(state, { ...body.edited, decision: body.decision, decidedBy: body.by, failures: 0, kept: false }),
    lastAct: { kind: `runbook ${body.decision}`, by: body.by, at: entry.at, reason: null },
  }),
  learning_kept: (state) => onLearned(state, { kept: true }),
  learning_doubted: (state, body) => onLearned(state, { decision: null, decidedBy: null, failures: body.failures, kept: false }),
  ticket_opened: (_state, body, entry) => ({
    ticket: { key: body.key, url: body.url, closed: false, showsSeq: body.shows_seq ?? entry.seq },
    ticketFailed: false,
  }),
  ticket_commented: (state, body) => onTicket(state, { showsSeq: body.shows_seq }),
  ticket_closed: (state) => onTicket(state, { closed: true }),
  ticket_failed: () => ({ ticketFailed: true }),
  failed: (_state, body) => ({ status: 'failed', problem: body.problem, held: false, waiting: null }),
};

/**
 * Most waits leave the case as it is. Where the service has recovered by itself, what was approved before no longer
 * answers the question: people are asked anew.
 */
function waitingChange(state: CaseState, body: BodyOf<'waiting'>, entry: Entry): Partial<CaseState> {
  const waiting = { for: body.for, until: body.until, detail: body.detail, seq: entry.seq };
  if (body.for !== 'recovered_meanwhile') return { waiting };
  const change = onRevision(state, body.revision, (revision) => ({ ...revision, approvals: [], approved: false }));
  return { ...change, waiting, status: covered(state, 'pending_approval') };
}
