import type { Parameters } from '../contracts/catalogue.ts';
import type { BodyOf, Submitted } from '../contracts/entry.ts';
import type { Outcome, RecoveryResult, Waiting } from '../contracts/entry-words.ts';
import type { EscalationReason } from '../contracts/escalation.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Telemetry } from '../contracts/telemetry.ts';
import type { CaseStatus } from '../contracts/words.ts';

/** The personal key by which somebody decided, as the entry names it. */
export type KeyMark = { name: string; publicKey: string };

export type Approval = {
  by: string;
  as: 'approve' | 'override';
  at: string;
  via: string;
  /** Null on every surface that knows its people by itself. */
  key: KeyMark | null;
  reason: string | null;
  seq: number;
};

export type RevisionState = {
  revision: number;
  planned: BodyOf<'planned'>;
  plannedAt: string;
  stressed: BodyOf<'stressed'> | null;
  gated: (BodyOf<'gated'> & { at: string; seq: number }) | null;
  /** Approvals of this revision's digest that still count. */
  approvals: Approval[];
  approved: boolean;
  voided: string[] | null;
};

export type CardState = {
  channel: string;
  ts: string;
  /** The seq of the case that the card is known to show. */
  showsSeq: number;
  decisionShown: { at: string; threadTs: string; seq: number } | null;
  superseded: boolean;
  threadPosts: Record<string, string>;
  /** Slack's id of the picture of the recovery, and the entry that told of it. */
  picture: { fileId: string; seq: number } | null;
};

export type ExecutionState = {
  revision: number;
  key: string;
  actionId: string;
  /** Of the catalogue's entry that was approved. */
  actionHash: string;
  executor: string;
  parameters: Parameters;
  startedAt: string;
  notAfter: string;
  baseline: Telemetry | null;
  outcome: Outcome | null;
  recordedAt: string | null;
  detail: string;
  effectAt: string | null;
};

/**
 * One comment that the ticket does not have yet: the entries from one seq to another, not told before a time (ms). `last`:
 * no refused attempt after these is told any more.
 */
export type Untold = {
  kind: 'decision' | 'stage' | 'refusals';
  from: number;
  upto: number;
  notBeforeMs: number;
  last: boolean;
};

/** The runbook written from a case, with the words that its card shows and that are accepted with it. */
export type LearnedState = {
  runbookId: string;
  title: string;
  text: string;
  decision: 'accepted' | 'edited' | 'discarded' | null;
  decidedBy: string | null;
  /** How often in a row it had not helped when people were asked again; 0 where they are asked for the first time. */
  failures: number;
  /** Whether the library holds it as it stands here. */
  kept: boolean;
};

/** What the entries of one case add up to. A pure fold: two processes that read the same entries hold the same state. */
export type CaseState = {
  caseId: string;
  /** Seq and hash of the last entry folded in. */
  seq: number;
  hash: string;
  incident: Incident;
  channel: string;
  openedAt: string;
  intakeKey: string;
  /** The plan the case was opened with, where an outside agent brought one. */
  submitted: Submitted | null;
  status: CaseStatus;
  held: boolean;
  /** Who ended the last hold; null where nothing was held, or still is. */
  released: { by: string; key: KeyMark | null } | null;
  revisions: RevisionState[];
  cards: Record<number, CardState>;
  execution: ExecutionState | null;
  executionCount: number;
  /** Whether an execution before the newest one had an effect, or may have had. */
  ranBefore: boolean;
  /** `asksUntil`: telemetry gave no answer, and goes on being asked until then. */
  recovery: {
    result: RecoveryResult;
    after: Telemetry | null;
    detail: string;
    at: string;
    asksUntil: string | null;
  } | null;
  learned: LearnedState | null;
  ticket: { key: string; url: string; closed: boolean; showsSeq: number } | null;
  /** People were told that the ticket cannot be written, and nothing has succeeded there since. */
  ticketFailed: boolean;
  /** Comments that the ticket still lacks, in the order of the log; kept also where no ticket system is configured. */
  untold: readonly Untold[];
  /** How many comments about refused attempts there are or will be. */
  refusalComments: number;
  waiting: { for: Waiting; until: string | null; detail: string; seq: number } | null;
  /** A person asked for a new plan, which is not there yet. */
  replanning: boolean;
  /** Failed attempts at the step now due, and what was wrong last. */
  attempts: number;
  problem: string | null;
  refusedAttempts: number;
  /** Slack messages and clicks already dealt with: reading them again changes nothing. */
  handled: ReadonlySet<string>;
  lastAct: { kind: string; by: string; at: string; reason: string | null } | null;
  reminders: number;
  /** Why the case stands still until people do something, and since when; null while it moves by itself or waits for a time. */
  need: { reason: EscalationReason; since: string; revision: number } | null;
  /** Who outside of the thread was told, by the key of the escalation. */
  escalations: Readonly<Record<string, { outcome: 'sent' | 'failed'; to: string; at: string }>>;
  /** Entries that the thread of their revision tells in a note of its own. */
  noted: readonly { seq: number; revision: number }[];
  /** The last entry that changes what a card says. */
  materialSeq: number;
  lastAt: string;
};

const CLOSED: ReadonlySet<CaseStatus> = new Set(['resolved', 'rejected', 'expired', 'failed']);
export const isClosed = (state: CaseState): boolean => CLOSED.has(state.status);
/** Whether the library does not yet hold the learned runbook as people last decided about it. */
export const isToBeKept = ({ learned }: CaseState): boolean => learned !== null && !learned.kept;

/** The revision that is worked on, shown and decided; undefined before the first plan. */
export const currentRevision = (state: CaseState): RevisionState | undefined => state.revisions.at(-1);
/** Its number: the first card is posted before there is a plan, and belongs to revision 1. */
export const currentNumber = (state: CaseState): number => Math.max(1, state.revisions.length);
export const currentCard = (state: CaseState): CardState | undefined => state.cards[currentNumber(state)];

/** The same plan once more, as it was: what it is goes back to the revision that it was made in. */
const REPEATS: ReadonlySet<RevisionState['planned']['origin']> = new Set(['recheck', 'not_run', 'look_again']);

/** The revision in which the plan of this one was made. Of all that repeat it, only the newest may have run. */
export const madeIn = ({ revisions }: Pick<CaseState, 'revisions'>, number: number): RevisionState | undefined =>
  revisions.findLast(({ revision, planned }) => revision <= number && !REPEATS.has(planned.origin));

/** Whether this revision undoes what the case did before, also where it had to be looked at anew. */
export const isRollback = (state: Pick<CaseState, 'revisions'>, number: number): boolean =>
  madeIn(state, number)?.planned.origin === 'rollback';
