import type { BodyOf, Entry } from '../contracts/entry.ts';
import { keyLog } from '../contracts/entry.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Severity, Source } from '../contracts/words.ts';
import type { CaseState } from './case-state.ts';
import { currentRevision, isClosed } from './case-state.ts';
import type { Cases, Wish } from './cases.ts';
import { GovernorError } from './errors.ts';
import { hashOf, sha256 } from './hash.ts';
import type { Redact } from './intake/incident-text.ts';
import type { Intake, OpenRequest } from './intake.ts';
import { parsePlan } from './parse-answer.ts';
import type { CaseLog, Clock, Ids } from './ports.ts';

/** What a submission is about: a case that is there, or an incident to open one for. */
export type SubmittedMatter =
  | { case_id: string }
  | { service: string; severity: Severity; summary: string; symptoms: readonly string[] };

/** An outside agent's plan, as it came: nobody has believed anything of it yet. */
export type Submission = {
  /** The agent's own name for this submission: the same key never opens a second case nor makes a second revision. */
  key: string;
  /** Who sent it, for the trail and the card. */
  by: string;
  source: Source;
  matter: SubmittedMatter;
  /** Fields of a plan but its `incident_id`, which is ours to give. */
  plan: Readonly<Record<string, unknown>>;
};

export type SubmissionRefusal =
  | 'invalid_plan'
  | 'key_used'
  | 'service_malformed'
  | 'summary_missing'
  | 'unknown_service'
  | NotNow;
type NotNow = 'unknown_case' | 'closed' | 'already_running' | 'already_decided' | 'chosen_by_a_person' | 'too_many_plans';

/** `fresh` is false where this key had been submitted before; `detail` is for whoever sent the plan. */
export type SubmissionOutcome =
  | { ok: true; state: CaseState; fresh: boolean }
  | { ok: false; refusal: SubmissionRefusal; detail: string };

export type Submissions = {
  /** Durable when it resolves with ok. Nothing is decided here: the plan goes the way of every plan. */
  submit(submission: Submission): Promise<SubmissionOutcome>;
};

type Parts = {
  log: Pick<CaseLog, 'append' | 'read'>;
  cases: Pick<Cases, 'change' | 'load'>;
  intake: Pick<Intake, 'open' | 'refusalOf'>;
  clock: Clock;
  ids: Pick<Ids, 'entryId'>;
  /** Takes the known secret values out and leaves the rest as it is: the plan still has to be parsed. */
  hideKnown: Redact;
};

/** Each is a card that people have to read: an agent that goes on beyond this is not helping. */
export const SUBMITTED_PLANS_MAX = 5;
/** Stands for the case's id until there is one. */
const UNOPENED = 'unopened';
const SERVICES_NAMED_MAX = 30;

export function createSubmissions({ log, cases, intake, clock, ids, hideKnown }: Parts): Submissions {
  /** The first submission under this key, whoever sends it and however often: ours where there was none before. */
  const firstUnder = async (keyHash: string, request_hash: string, by: string): Promise<Entry> => {
    const id = keyLog(keyHash);
    const [known] = await log.read(id);
    if (known !== undefined) return known;
    const options = { entryId: ids.entryId(), at: new Date(clock.now()).toISOString(), open: false };
    const taken = await log.append(id, 0, { kind: 'key_taken', request_hash, by }, options);
    const [first] = taken.ok ? [taken.entry] : await log.read(id);
    if (first === undefined) throw new GovernorError('key_unreadable', 'the key of a submission is taken and cannot be read');
    return first;
  };

  const opens = (request: OpenRequest): Way => ({
    refusal: async () => {
      const refused = await intake.refusalOf(request);
      return refused === null ? null : refusedOpening(refused);
    },
    // The moment of the key is the case's: whichever process opens it, and however late, it is the same case.
    go: async ({ plan, planner }, at) => {
      const opened = await intake.open({ ...request, atMs: Date.parse(at), submitted: { plan, planner } });
      return opened.ok ? opened : refusedOpening(opened);
    },
  });

  const addsTo = (caseId: string): Way => ({
    refusal: async () => ((await cases.load(caseId)) === undefined ? refuse('unknown_case') : null),
    go: async (planned) => {
      const done = await cases.change(caseId, (state) => judge(state, planned));
      if (done === undefined) return refuse('unknown_case');
      return done.answer.ok ? { ...done.answer, state: done.state } : done.answer;
    },
  });

  return {
    async submit({ key, by, source, matter, plan: given }) {
      const parsed = parsePlan(hideKnown(JSON.stringify({ ...given, incident_id: UNOPENED })), UNOPENED);
      if (!parsed.ok) return { ok: false, refusal: 'invalid_plan', detail: parsed.problem };
      const keyHash = sha256(`${source}:${key}`);
      const event_key = `${source}:${keyHash}`;
      const way = 'case_id' in matter ? addsTo(matter.case_id) : opens(openRequest(matter, { by, source, event_key }));
      // Before the key is taken, so that whoever names a wrong service may mend it under the same key.
      const refused = await way.refusal();
      if (refused !== null) return refused;

      const requestHash = hashOf({ matter, plan: given });
      const { at, body } = await firstUnder(keyHash, requestHash, by);
      if (body.kind !== 'key_taken' || body.request_hash !== requestHash) return refuse('key_used');
      return way.go({ plan: parsed.value, planner: by, source, event_key }, at);
    },
  };
}

type Refused = Extract<SubmissionOutcome, { ok: false }>;
/** The two ways of a submission: why it cannot be taken, asked first, and taking it, at the time its key was first seen. */
type Way = {
  refusal(): Promise<Refused | null>;
  go(planned: PlannedBy, at: string): Promise<SubmissionOutcome>;
};

type Sender = { by: string; source: Source; event_key: string };

const openRequest = (matter: Extract<SubmittedMatter, { service: string }>, { by, source, event_key }: Sender): OpenRequest => ({
  ...matter,
  source,
  openedBy: by,
  channel: null,
  intakeKey: event_key,
  atMs: null,
  anyway: false,
});

type PlannedBy = { plan: Plan; planner: string; source: Source; event_key: string };
type Judged = { ok: true; fresh: boolean } | Refused;

/** An outside plan may take the place of a planner's, and of nothing that a person has chosen, consented to or closed. */
function judge(state: CaseState, { plan, planner, source, event_key }: PlannedBy): Wish<Judged> {
  if (state.handled.has(event_key)) return { append: null, answer: { ok: true, fresh: false } };
  const refusal = whyNot(state);
  if (refusal !== null) return { append: null, answer: refuse(refusal) };
  const append: BodyOf<'planned'> = {
    kind: 'planned',
    revision: state.revisions.length + 1,
    origin: 'submitted',
    plan: { ...plan, incident_id: state.incident.id },
    planner,
    source,
    event_key,
    fallback_from: null,
    chosen_by: null,
    differences: [],
  };
  return { append, answer: { ok: true, fresh: true } };
}

const UNDER_WAY: ReadonlySet<CaseState['status']> = new Set(['executing', 'verifying', 'learning', 'outcome_unknown']);

function whyNot(state: CaseState): NotNow | null {
  if (isClosed(state)) return 'closed';
  if (UNDER_WAY.has(state.status)) return 'already_running';
  const now = currentRevision(state);
  const consented = now !== undefined && (now.approved || now.approvals.length > 0);
  if (consented || state.status === 'ready_to_execute') return 'already_decided';
  if (now !== undefined && now.planned.chosen_by !== null) return 'chosen_by_a_person';
  const submitted = state.revisions.filter(({ planned }) => planned.origin === 'submitted').length;
  return submitted >= SUBMITTED_PLANS_MAX ? 'too_many_plans' : null;
}

const DETAILS: Record<Exclude<SubmissionRefusal, 'invalid_plan' | 'unknown_service'>, string> = {
  key_used: 'this submission_key was used for another plan; a new plan needs a key of its own',
  service_malformed: 'a service name has lower-case letters, digits, dots and dashes',
  summary_missing: 'a summary is missing: say in a few words what happens',
  unknown_case: 'there is no case of that id',
  closed: 'the case is closed; submit the plan for a new incident if it is needed',
  already_running: 'an action of this case is under way',
  already_decided: 'this case is ready to run or people have consented to its plan; only people may change it now',
  chosen_by_a_person: 'a person has chosen the action of this case; only people may change it now',
  too_many_plans: `a case takes ${SUBMITTED_PLANS_MAX} submitted plans; people decide how it goes on`,
};

const refuse = (refusal: keyof typeof DETAILS): Refused => ({
  ok: false,
  refusal,
  detail: DETAILS[refusal],
});

type OpenRefusal = NonNullable<Awaited<ReturnType<Intake['refusalOf']>>>;

function refusedOpening(refused: OpenRefusal): Refused {
  if (refused.refusal !== 'unknown_service') return refuse(refused.refusal);
  const known = refused.known.slice(0, SERVICES_NAMED_MAX);
  return { ok: false, refusal: 'unknown_service', detail: `nothing names the service; known are: ${known.join(', ') || 'none'}` };
}
