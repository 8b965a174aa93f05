import type { Parameters } from '../contracts/catalogue.ts';
import type { Evidence, LibraryDocument, Policy, Runbook } from '../contracts/documents.ts';
import type { Entry, EntryBody } from '../contracts/entry.ts';
import type { Outcome } from '../contracts/entry-words.ts';
import type { Score } from '../contracts/findings.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Telemetry as Figures, LogLine } from '../contracts/telemetry.ts';
import type { TicketText } from '../contracts/ticket-text.ts';
import type { ModelUsage } from '../contracts/usage.ts';
import type { Severity, Stance } from '../contracts/words.ts';

// The doors through which the pipeline reaches the world. Each has one conformance suite in test/conformance that every
// implementation passes; none has an optional method. A method that cannot do its work throws: nothing is ever returned
// in place of an answer.

export type Clock = { now(): number };
export type Ids = {
  /** A uuid, for one entry. */
  entryId(): string;
  /** A case's id: sortable by time, short enough to type. */
  caseId(now: number): string;
};

export type Appended = { ok: true; entry: Entry } | { ok: false; refusal: 'conflict' };

/** Whether the log still waits for something after this entry; open cases are found without reading the closed ones. */
export type AppendOptions = { entryId: string; at: string; open: boolean };

export type Head = { case_id: string; seq: number; hash: string };
export type CaseHead = Head & { open: boolean };

export type CaseLog = {
  /**
   * Compare-and-set of one entry: it becomes number `seq` of the case, or the answer is `conflict` because another
   * entry has that place. When the promise resolves with ok, the entry is durable.
   */
  append(caseId: string, seq: number, body: EntryBody, options: AppendOptions): Promise<Appended>;
  /** The entries from `fromSeq` on, in order; empty where the log has none. Sees every append that was acknowledged. */
  read(caseId: string, fromSeq?: number): Promise<Entry[]>;
  /** Ids of open cases, oldest first. */
  openCases(): Promise<string[]>;
  /** Heads of cases (reserved logs left out), newest first, older than the id `before` where given. */
  list(limit: number, before?: string): Promise<CaseHead[]>;
  /** The last entry of every log, reserved ones included, by id. */
  heads(): Promise<Head[]>;
  /** True where `holder` has the case until `ttlMs` from now; a lease only saves work, the append guards. */
  lease(caseId: string, holder: string, ttlMs: number): Promise<boolean>;
  unlease(caseId: string, holder: string): Promise<void>;
  /** Calls back after every entry acknowledged in this process; returns the way to stop. */
  onAppend(listener: (entry: Entry) => void): () => void;
  /** Whether the store takes writes now: after a full disk or an I/O error it says no until a probe write succeeds. */
  healthy(): Promise<{ ok: true } | { ok: false; problem: string }>;
};

export type Found<T> = { document: T; score: number };
export type CandidateQuery = { service: string; stance: Stance; words: readonly string[] };

export type Library = {
  /**
   * Best first, of this service and of `*`; discarded ones never, learned ones after accepted ones. Each failure in a row
   * of a runbook's action lowers its score: one halves it, two leave a third.
   */
  searchRunbooks(query: string, service: string, limit: number): Promise<Found<Runbook>[]>;
  searchEvidence(query: string, service: string, limit: number): Promise<Found<Evidence>[]>;
  /** Every evidence document of the stance, of this service or `*`, that shares a word: a filter, never a rank. */
  candidates(query: CandidateQuery): Promise<Evidence[]>;
  /** Every policy of this service or `*`. */
  policies(service: string): Promise<Policy[]>;
  /** The documents that exist, in no particular order. */
  get(ids: readonly string[]): Promise<LibraryDocument[]>;
  /** Stores or replaces by id; a document without `stored_at` gets the time of storing where its content is new. */
  put(documents: readonly LibraryDocument[]): Promise<void>;
  remove(id: string): Promise<boolean>;
  /** What anybody has stored until now is seen by every method from here on; throws where that cannot be said. */
  fresh(): Promise<void>;
  /** Every service that a document or a policy names. */
  services(): Promise<string[]>;
  counts(): Promise<{ runbooks: number; evidence: number; policies: number }>;
};

export type Window = { from: string; to: string };
export type Telemetry = {
  /** Null where this service has no mapping; throws where the answer is late, partial or broken. */
  figures(service: string, window: Window): Promise<Figures | null>;
  services(): Promise<string[]>;
  /** Null where no such line exists. */
  logLine(id: string): Promise<LogLine | null>;
};

export type ActionBrief = { id: string; title: string; description: string; parameters: Record<string, unknown> };
export type PlanRequest = {
  incident: Incident;
  actions: readonly ActionBrief[];
  /** What was wrong with the answer before, to be told to the planner; null at first. */
  problem: string | null;
  /** Where a person sent the plan back: what they said. */
  remarks: string | null;
};
/** A planner's answer as it came: text that nobody has believed yet. */
export type PlannerAnswer = {
  text: string;
  planner: string;
  fallback_from: string | null;
  usage: ModelUsage | null;
  /**
   * The documents that its tools really returned to it, by the record of whoever ran them, so that what it only claims to
   * have found can be told apart. Null where there is no such record.
   */
  retrieved_ids: readonly string[] | null;
};
export type Resolution = {
  incident: Incident;
  plan: Plan;
  detail: string;
  documents: readonly { id: string; title: string; text: string }[];
};
export type Planner = {
  readonly name: string;
  plan(request: PlanRequest, signal: AbortSignal): Promise<PlannerAnswer>;
  stress(request: PlanRequest, plan: Plan, signal: AbortSignal): Promise<PlannerAnswer>;
  /** The text of a runbook learned from a recovered case: {title, body} as JSON. */
  summarise(resolution: Resolution, signal: AbortSignal): Promise<PlannerAnswer>;
  /** Why a person's attempt was refused, in the planner's words; shown marked as such. */
  explain(request: { incident: Incident; plan: Plan; refusal: string }, signal: AbortSignal): Promise<PlannerAnswer>;
};

export type Order = {
  key: string;
  caseId: string;
  service: string;
  actionId: string;
  target: string;
  parameters: Parameters;
  notAfter: string;
};
export type ExecutorAnswer = {
  outcome: Extract<Outcome, 'done' | 'failed' | 'refused'>;
  detail: string;
  effectAt: string | null;
};
/** The order did not go out, so nothing became of it: nobody took the connection, or its time was over before. */
export type NotSent = { outcome: 'not_sent'; detail: string };
/** The order was taken and is being carried out: it is asked for by key until it has ended. */
export type Running = { outcome: 'running'; detail: string };
export type ExecutorStatus = { seen: false } | ({ seen: true } & (ExecutorAnswer | Running));
export type Executor = {
  readonly name: string;
  /** What this executor promises: whether it refuses orders after `notAfter`, and whether one key has at most one effect. */
  declares(): { refusesLate: boolean; idempotentByKey: boolean };
  /** Resolves only with a definite answer; throws where the answer was lost and the effect is unknown. */
  run(order: Order): Promise<ExecutorAnswer | Running | NotSent>;
  /**
   * What became of a key. Some executors find it only where they know what the order was about, so it comes along; null
   * where it can no longer be told, because its action has left the catalogue. Throws where nothing definite can be said.
   */
  status(key: string, order: Order | null): Promise<ExecutorStatus>;
};

export type TicketRequest = { caseId: string; service: string; severity: Severity; summary: string; text: TicketText };
export type Tickets = {
  /** Finds the case's ticket or opens one: at most one per case, also after a lost answer. */
  open(request: TicketRequest): Promise<{ key: string; url: string }>;
  /** Adds a comment once per `commentId`. */
  comment(key: string, commentId: string, text: TicketText): Promise<void>;
  close(key: string): Promise<void>;
};

export type Blocks = readonly object[];
/** By which a post is found again; `threadTs` is null for a card. */
export type PostKey = { threadTs: string | null; caseId: string; revision: number; key: string };
export type Post = PostKey & { channel: string; text: string; blocks: Blocks };
export type Reply = {
  ts: string;
  user: string | null;
  text: string;
  teamId: string | null;
  botId: string | null;
  subtype: string | null;
  edited: boolean;
};
export type Person = { id: string; teamId: string; isBot: boolean; deleted: boolean; name: string };
export type Chat = {
  /**
   * Posts once per case, revision and key. With `lookFirst` (an earlier try may have got through) the channel or thread
   * is searched for that post before another is made. Throws where it is unknown whether the post arrived.
   */
  post(post: Post & { lookFirst: boolean; sinceMs: number }): Promise<{ channel: string; ts: string }>;
  /**
   * Where two processes have made the same post, the earlier one stays and this one, if it is the later, is taken back.
   * Gives the one that stays.
   */
  keepFirst(post: PostKey & { channel: string; ts: string; sinceMs: number }): Promise<{ channel: string; ts: string }>;
  /** Deletes a post of ours; one that is gone already is as good as taken back. */
  takeBack(post: { channel: string; ts: string }): Promise<void>;
  update(post: { channel: string; ts: string; text: string; blocks: Blocks }): Promise<void>;
  /** Shows a text to one person alone, in the thread where one is named. */
  tell(to: { channel: string; user: string; threadTs: string | null; text: string }): Promise<void>;
  /** Replies of a thread after `afterTs`, oldest first. */
  replies(channel: string, threadTs: string, afterTs: string): Promise<Reply[]>;
  person(userId: string): Promise<Person | null>;
  groupMembers(groupId: string): Promise<string[]>;
  /** Whether events can reach us now, and since when: hold windows only count while they can. */
  connection(): { connected: boolean; sinceMs: number; epoch: number };
};

export type { Score };
export type Scores = {
  /** Never throws and never takes long: what cannot be had is unknown. `ecs` is on 0 to 10, the others on 0 to 1. */
  profile(model: string): Promise<{ ci: Score; uCurve: Score; ecs: Score }>;
};
