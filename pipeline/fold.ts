import type { BodyOf, Entry, EntryBody, EntryKind } from '../contracts/entry.ts';
import type { CaseStatus } from '../contracts/words.ts';
import type { CardState, CaseState, RevisionState } from './case-state.ts';
import { GovernorError } from './errors.ts';

type Change<K extends EntryKind> = (state: CaseState, body: BodyOf<K>, entry: Entry) => Partial<CaseState>;
type CaseKind = Exclude<EntryKind, 'paused' | 'resumed' | 'lock_taken' | 'lock_released'>;

/** Entries after which a card says nothing else: posting, refusing and reminding never change it. */
const IMMATERIAL: ReadonlySet<EntryKind> = new Set([
  'card_posted',
  'decision_shown',
  'card_updated',
  'card_superseded',
  'thread_posted',
  'refused',
  'reminded',
  'ticket_commented',
]);

/** Entries that people following the thread want to be told; the others are only on the card. */
const NOTED: ReadonlySet<EntryKind> = new Set([
  'approved',
  'rejected',
  'held',
  'released',
  'expired',
  'voided',
  'execution_recorded',
  'verified',
  'learned',
  'learning_skipped',
  'learning_decided',
  'failed',
]);

export function fold(entries: readonly Entry[], from?: CaseState): CaseState | undefined {
  let state = from;
  for (const entry of entries) state = advance(state, entry);
  return state;
}

/** One entry further. Throws where the entry does not follow: a log with a hole is never folded into a state. */
export function advance(state: CaseState | undefined, entry: Entry): CaseState {
  const { body } = entry;
  if (state === undefined) {
    if (body.kind !== 'incident_opened' || entry.seq !== 0) throw broken(entry, 'a case begins with incident_opened');
    return opened(entry, body);
  }
  if (entry.seq !== state.seq + 1 || entry.prev_hash !== state.hash)
    throw broken(entry, 'the entry does not follow the one before');
  const change = CHANGES[body.kind as CaseKind] as Change<EntryKind> | undefined;
  if (change === undefined) throw broken(entry, `a case holds no ${body.kind}`);
  const changed = { ...state, ...change(state, body, entry) };
  const materialSeq = IMMATERIAL.has(body.kind) ? state.materialSeq : entry.seq;
  return {
    ...changed,
    handled: handledWith(state, body),
    noted: notedWith(changed, entry),
    seq: entry.seq,
    hash: entry.hash,
    materialSeq,
    lastAt: entry.at,
  };
}

const broken = (entry: Entry, why: string) => new GovernorError('log_broken', `${entry.case_id} at seq ${entry.seq}: ${why}`);

function opened(entry: Entry, body: BodyOf<'incident_opened'>): CaseState {
  return {
    caseId: entry.case_id,
    seq: 0,
    hash: entry.hash,
    incident: body.incident,
    channel: body.channel,
    openedAt: entry.at,
    intakeKey: body.intake_key,
    status: 'detected',
    held: false,
    revisions: [],
    cards: {},
    execution: null,
    executionCount: 0,
    recovery: null,
    learned: null,
    ticket: null,
    waiting: null,
    attempts: 0,
    problem: null,
    refusedAttempts: 0,
    handled: new Set([body.intake_key]),
    lastAct: null,
    reminders: 0,
    noted: [],
    materialSeq: 0,
    lastAt: entry.at,
  };
}

function handledWith(state: CaseState, body: EntryBody): ReadonlySet<string> {
  if (!('event_key' in body) || body.event_key === null) return state.handled;
  return new Set(state.handled).add(body.event_key);
}

function notedWith(state: CaseState, { body, seq }: Entry): CaseState['noted'] {
  const told = NOTED.has(body.kind) || (body.kind === 'waiting' && body.for === 'recovered_meanwhile');
  if (!told) return state.noted;
  const revision = 'revision' in body ? body.revision : Math.max(1, state.revisions.length);
  return [...state.noted, { seq, revision }];
}

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

const act = (body: { kind: string; by: string }, entry: Entry, reason: string | null): Pick<CaseState, 'lastAct'> => ({
  lastAct: { kind: body.kind, by: body.by, at: entry.at, reason },
});

const CHANGES: { [K in CaseKind]: Change<K> } = {
  incident_opened: (_state, _body, entry) => {
    throw broken(entry, 'a case is opened once');
  },
  step_failed: (_state, body) => ({ attempts: body.attempt, problem: body.problem }),
  planned: (state, body) => ({
    status: covered(state, 'analyzing'),
    revisions: [
      ...state.revisions,
      { revision: body.revision, planned: body, stressed: null, gated: null, approvals: [], approved: false, voided: null },
    ],
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
  thread_posted: (state, body) =>
    onCard(state, body.revision, (card) => ({ ...card, threadPosts: { ...card.threadPosts, [body.key]: body.ts } })),
  approved: (state, body, entry) => {
    const approval = { by: body.by, as: body.as, at: entry.at, via: body.via, reason: body.reason, seq: entry.seq };
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
  held: (_state, body, entry) => ({ ...act(body, entry, body.reason), status: 'held', held: true }),
  released: (state, body, entry) => {
    const now = state.revisions.at(-1);
    const status = now?.gated ? statusOfGated(now, state.waiting) : 'analyzing';
    return { ...act(body, entry, body.reason), held: false, status };
  },
  reminded: (state) => ({ reminders: state.reminders + 1 }),
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
    execution: {
      revision: body.revision,
      key: body.key,
      actionId: body.action_id,
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
  execution_recorded: (state, body, entry) => recordedChange(state, body, entry),
  verified: (_state, body, entry) => ({
    recovery: { result: body.result, after: body.telemetry, detail: body.detail, at: entry.at },
    status: body.result === 'recovered' ? 'learning' : 'not_recovered',
    attempts: 0,
  }),
  learned: (_state, body) => ({
    learned: { runbookId: body.runbook_id, title: body.title, text: body.text, decision: null },
    status: 'resolved',
    attempts: 0,
  }),
  learning_skipped: (_state, body) => ({ status: 'resolved', problem: body.problem }),
  learning_decided: (state, body, entry) => ({
    learned: state.learned === null ? null : { ...state.learned, decision: body.decision },
    lastAct: { kind: `runbook ${body.decision}`, by: body.by, at: entry.at, reason: null },
  }),
  ticket_opened: (_state, body, entry) => ({ ticket: { key: body.key, url: body.url, closed: false, showsSeq: entry.seq } }),
  ticket_commented: (state, body) => ({ ticket: state.ticket === null ? null : { ...state.ticket, showsSeq: body.shows_seq } }),
  ticket_closed: (state) => ({ ticket: state.ticket === null ? null : { ...state.ticket, closed: true } }),
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

/** Only a definite `done` goes on to the recovery check; whatever else leaves the effect to people. */
function recordedChange(state: CaseState, body: BodyOf<'execution_recorded'>, entry: Entry): Partial<CaseState> {
  if (state.execution === null) throw broken(entry, 'an outcome needs an execution');
  const { outcome, detail, effect_at: effectAt } = body;
  const execution = { ...state.execution, outcome, recordedAt: entry.at, detail, effectAt };
  return { execution, attempts: 0, status: STATUS_AFTER[outcome] };
}

const STATUS_AFTER: Record<BodyOf<'execution_recorded'>['outcome'], CaseStatus> = {
  done: 'verifying',
  failed: 'not_recovered',
  refused: 'not_recovered',
  unknown: 'outcome_unknown',
  never_ran: 'analyzing',
  not_sent: 'analyzing',
};
