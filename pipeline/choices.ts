import type { Action, Parameters } from '../contracts/catalogue.ts';
import type { ApproverRule } from '../contracts/config.ts';
import type { BodyOf } from '../contracts/entry.ts';
import type { Refusal } from '../contracts/entry-words.ts';
import type { Plan } from '../contracts/plan.ts';
import type { RevisionRef } from '../contracts/revision-ref.ts';
import type { Offer } from '../contracts/shown.ts';
import type { Surface } from '../contracts/words.ts';
import { consentNeeded } from './attempt.ts';
import { grantsOf, isOwnPerson } from './authority.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { currentRevision } from './case-state.ts';
import type { Cases, Wish } from './cases.ts';
import type { People } from './decisions.ts';
import { editedWords } from './learned-runbook.ts';
import { offersOf } from './offers.ts';
import { isKnown, type Signer, signedBehind } from './personal-statement.ts';
import type { Library } from './ports.ts';
import { redactPlan } from './redaction.ts';
import { asOffered, rollbackOf } from './rollback.ts';
import { createKeep } from './steps/keep-step.ts';
import { ask } from './steps/step.ts';

/** Whoever steers a case, from the card that `ref` names. */
export type Steer = { ref: RevisionRef; by: string; via: Surface };
export type Steered = { ok: true; state: CaseState } | { ok: false; refusal: Refusal };

export type Choices = {
  /** A person's own action: a new revision with one claim, citing the runbook that the card shows. */
  choose(steer: Steer, actionId: string, parameters: Parameters): Promise<Steered>;
  /** The catalogue's rollback of the action that ran, on what that ran on: a new revision, governed like any other. */
  rollBack(steer: Steer): Promise<Steered>;
  /** A new plan where a planner made the old one; a person's own, or a voided one, is stressed anew. */
  lookAgain(steer: Steer): Promise<Steered>;
  /** A person who looked at the target says whether the action ran. */
  settle(steer: Steer, ran: boolean): Promise<Steered>;
  /** Accepts, edits (with the new text) or discards what was learned. */
  decideRunbook(
    steer: Steer,
    decision: BodyOf<'learning_decided'>['decision'],
    text: { title: string; body: string } | null,
  ): Promise<Steered>;
};

type Parts = {
  cases: Cases;
  people: People;
  library: Pick<Library, 'put'>;
  rules: readonly ApproverRule[];
  actions: ReadonlyMap<string, Action>;
  /** Whose key signs what the command line decides; without one it decides nothing. */
  signer?: Signer | null;
};
const RUNBOOKS_CITED_MAX = 20;
const RATIONALE_CHARS_MAX = 2_000;
/** A click waits no longer for the library than that. */
const KEEP_MS = 1_000;

type Judge = (state: CaseState, now: RevisionState) => Wish<Refusal | null>;

export function createChoices({ cases, people, library, rules, actions, signer = null }: Parts): Choices {
  const keep = createKeep({ cases, library });
  /** Everything that steers: a person of this team who opened the case or has any right in it, from the newest card. */
  const steer = async ({ ref, by, via }: Steer, needsRight: boolean, judge: Judge): Promise<Steered> => {
    if (!isKnown({ by, via }, signer)) return { ok: false, refusal: 'bad_signature' };
    const [person, groups] = await Promise.all([people.person(by), people.groups()]);
    const stranger = isOwnPerson(person, people.ownTeam());
    if (stranger !== null) return { ok: false, refusal: stranger };
    const maySteer = (state: CaseState): boolean => {
      const { approve, override } = grantsOf(rules, by, groups, state.incident);
      return approve !== null || override !== null || (!needsRight && state.incident.opened_by === by);
    };
    const done = await cases.change(ref.case_id, (state) => judged(state, ref, maySteer, judge));
    if (done === undefined) return { ok: false, refusal: 'unknown_case' };
    return done.answer === null ? { ok: true, state: done.state } : { ok: false, refusal: done.answer };
  };

  const actionOf = (state: CaseState, now: RevisionState): Action | undefined => {
    const id = state.execution?.actionId ?? now.stressed?.stress.action_id;
    return id ? actions.get(id) : undefined;
  };
  /** What the card does not offer cannot be had by any other way either. */
  const ifOffered =
    (offer: Offer, judge: Judge): Judge =>
    (state, now) =>
      offersOf(state, now, consentNeeded(state, now), asOffered(actionOf(state, now), state.execution)).includes(offer)
        ? judge(state, now)
        : refused('not_offered');

  const rollback =
    (by: string): Judge =>
    (state, now) => {
      // Both are of the last execution, which may itself be a rollback.
      const undoing = rollbackOf(actionOf(state, now), state.execution);
      if (undoing === null) return refused('not_offered');
      const plan = chosenPlan(state, now, undoing.action, undoing.parameters);
      return revised(now, { origin: 'rollback', plan, planner: 'catalogue', chosen_by: by, differences: [] });
    };

  return {
    choose: (wish, actionId, parameters) => steer(wish, false, ifOffered('choose_action', chosen(wish.by, actionId, parameters))),
    rollBack: (wish) => steer(wish, false, ifOffered('rollback', rollback(wish.by))),
    lookAgain: (wish) => steer(wish, false, ifOffered('look_again', lookedAgain(wish))),
    settle: (wish, ran) => steer(wish, true, ifOffered('it_ran', settled(wish.by, ran))),
    async decideRunbook(wish, decision, text) {
      const done = await steer(wish, true, ifOffered('accept_runbook', runbookDecided(wish, { decision, text, signer })));
      // It is recorded: what cannot be written now is written by the worker, and was decided all the same.
      if (done.ok) await ask(KEEP_MS, () => keep(done.state));
      return done;
    },
  };
}

function judged(state: CaseState, ref: RevisionRef, maySteer: (state: CaseState) => boolean, judge: Judge): Wish<Refusal | null> {
  const now = currentRevision(state);
  if (now === undefined || now.revision !== ref.revision) return refused('superseded');
  if (now.gated?.digest !== ref.digest) return refused('plan_changed');
  return maySteer(state) ? judge(state, now) : refused('not_an_approver');
}

const chosen =
  (by: string, actionId: string, parameters: Parameters): Judge =>
  (state, now) =>
    revised(now, {
      origin: 'chosen',
      plan: chosenPlan(state, now, actionId, parameters),
      planner: 'person',
      chosen_by: by,
      differences: [],
    });

/** A plan of a person or an outside agent, and one that was consented to, are stressed again as they are; a planner is asked for a new one. */
const lookedAgain =
  ({ by, via }: Steer): Judge =>
  (_state, now) => {
    const { plan, planner, chosen_by, source } = now.planned;
    const isPlanners = chosen_by === null && source === undefined;
    if (now.voided === null && isPlanners) return appending({ kind: 'replan_asked', revision: now.revision, by, via });
    const made = { plan, planner, chosen_by, ...(source === undefined ? {} : { source }) };
    return revised(now, { origin: 'look_again', ...made, differences: now.voided ?? [] });
  };

const settled =
  (by: string, ran: boolean): Judge =>
  (state, now) => {
    if (state.execution === null) return refused('not_offered');
    const { key, startedAt } = state.execution;
    const outcome = ran
      ? { outcome: 'done' as const, detail: 'a person saw that it ran', effect_at: startedAt }
      : { outcome: 'never_ran' as const, detail: 'a person saw that it did not run', effect_at: null };
    return appending({ kind: 'execution_recorded', revision: now.revision, key, ...outcome, settled_by: by });
  };

type RunbookDecision = {
  decision: BodyOf<'learning_decided'>['decision'];
  text: { title: string; body: string } | null;
  signer: Signer | null;
};
const runbookDecided =
  ({ by, via }: Steer, { decision, text, signer }: RunbookDecision): Judge =>
  (state, now) => {
    if (state.learned === null) return refused('not_offered');
    const { runbookId: runbook_id } = state.learned;
    const edited = text === null ? {} : { edited: editedWords(text, state.learned) };
    const body = { kind: 'learning_decided' as const, revision: now.revision, runbook_id, decision, by, via, ...edited };
    return appending(signedBehind(state, body, signer));
  };

const refused = (answer: Refusal): Wish<Refusal | null> => ({ append: null, answer });
const appending = (append: NonNullable<Wish<null>['append']>): Wish<Refusal | null> => ({ append, answer: null });

function revised(
  now: RevisionState,
  planned: Omit<BodyOf<'planned'>, 'kind' | 'revision' | 'fallback_from'>,
): Wish<Refusal | null> {
  return appending({ kind: 'planned', revision: now.revision + 1, fallback_from: null, ...planned });
}

/**
 * A person's plan makes one claim and cites the runbooks that were read for the card: only one that recommends the
 * chosen action counts for it, and that need not be the one which the refused plan followed.
 */
function chosenPlan(state: CaseState, now: RevisionState, actionId: string, parameters: Parameters): Plan {
  const runbooks = now.stressed?.stress.documents.filter((document) => document.kind === 'runbook') ?? [];
  const read = runbooks.map((document) => document.id).slice(0, RUNBOOKS_CITED_MAX);
  // A form is text from outside: what looks like a secret is refused later, and must not be recorded until then.
  return redactPlan({
    incident_id: state.incident.id,
    proposed_action: actionId,
    parameters,
    rationale: `A person's choice for: ${state.incident.summary}`.slice(0, RATIONALE_CHARS_MAX),
    key_claims: [{ claim: `${actionId} is the documented remedy for this incident`, document_ids: read }],
    confidence_initial: 5,
    retrieved_context_ids: read,
  });
}
