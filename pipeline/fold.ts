import type { BodyOf, Entry, EntryBody, EntryKind } from '../contracts/entry.ts';
import type { CaseKind, Change } from './case-changes.ts';
import { broken, CHANGES } from './case-changes.ts';
import type { CaseState } from './case-state.ts';
import { needAfter } from './escalation.ts';
import { isProven } from './personal-statement.ts';
import { tellingAfter } from './ticketing.ts';

/** Entries after which a card says nothing else: posting, refusing and reminding never change it. */
const IMMATERIAL: ReadonlySet<EntryKind> = new Set([
  'card_posted',
  'decision_shown',
  'card_updated',
  'card_superseded',
  'thread_posted',
  'refused',
  'reminded',
  'escalated',
  'ticket_commented',
  'ticket_failed',
  'learning_kept',
]);

/** Entries that people following the thread want to be told; the others are only on the card. */
const NOTED: ReadonlySet<EntryKind> = new Set([
  'approved',
  'rejected',
  'held',
  'released',
  'escalated',
  'expired',
  'voided',
  'execution_recorded',
  'verified',
  'learned',
  'learning_skipped',
  'learning_decided',
  'learning_doubted',
  'ticket_failed',
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
  if (!isProven(entry)) return passed(state, entry);
  const changed = { ...state, ...change(state, body, entry) };
  const materialSeq = IMMATERIAL.has(body.kind) ? state.materialSeq : entry.seq;
  return {
    ...changed,
    handled: handledWith(state, body),
    noted: notedWith(changed, entry),
    need: needAfter(state.need, changed, entry.at),
    ...tellingAfter(state, entry),
    seq: entry.seq,
    hash: entry.hash,
    materialSeq,
    lastAt: entry.at,
  };
}

/** An entry that is there and says nothing. */
const passed = (state: CaseState, { seq, hash, at }: Entry): CaseState => ({ ...state, seq, hash, lastAt: at });

function opened(entry: Entry, body: BodyOf<'incident_opened'>): CaseState {
  return {
    caseId: entry.case_id,
    seq: 0,
    hash: entry.hash,
    incident: body.incident,
    channel: body.channel,
    openedAt: entry.at,
    intakeKey: body.intake_key,
    submitted: body.submitted ?? null,
    status: 'detected',
    held: false,
    released: null,
    revisions: [],
    cards: {},
    execution: null,
    executionCount: 0,
    ranBefore: false,
    recovery: null,
    learned: null,
    ticket: null,
    ticketFailed: false,
    untold: [],
    refusalComments: 0,
    waiting: null,
    replanning: false,
    attempts: 0,
    problem: null,
    refusedAttempts: 0,
    handled: new Set([body.intake_key]),
    lastAct: null,
    reminders: 0,
    need: null,
    escalations: {},
    noted: [],
    materialSeq: 0,
    lastAt: entry.at,
  };
}

function handledWith(state: CaseState, body: EntryBody): ReadonlySet<string> {
  if (!('event_key' in body) || body.event_key === null || body.event_key === undefined) return state.handled;
  return new Set(state.handled).add(body.event_key);
}

function notedWith(state: CaseState, { body, seq }: Entry): CaseState['noted'] {
  const told = NOTED.has(body.kind) || (body.kind === 'waiting' && body.for === 'recovered_meanwhile');
  if (!told) return state.noted;
  const revision = 'revision' in body ? body.revision : Math.max(1, state.revisions.length);
  return [...state.noted, { seq, revision }];
}
