import type { Action, Parameters } from '../contracts/catalogue.ts';
import type { ApproverRule } from '../contracts/config.ts';
import type { BodyOf, Refusal } from '../contracts/entry.ts';
import type { Plan } from '../contracts/plan.ts';
import type { RevisionRef } from '../contracts/revision-ref.ts';
import type { Surface } from '../contracts/words.ts';
import { consentNeeded } from './attempt.ts';
import { grantsOf, isOwnPerson } from './authority.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { currentRevision } from './case-state.ts';
import type { Cases, Wish } from './cases.ts';
import type { People } from './decisions.ts';
import type { Library } from './ports.ts';
import { offersOf } from './shown.ts';

/** Whoever steers a case, from the card that `ref` names. */
export type Steer = { ref: RevisionRef; by: string; via: Surface };
export type Steered = { ok: true; state: CaseState } | { ok: false; refusal: Refusal };

export type Choices = {
  /** A person's own action: a new revision with one claim, citing the runbook that the card shows. */
  choose(steer: Steer, actionId: string, parameters: Parameters): Promise<Steered>;
  /** The catalogue's rollback of the action that ran: a new revision, governed like any other. */
  rollBack(steer: Steer): Promise<Steered>;
  /** The same plan, stressed anew. */
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
  library: Library;
  rules: readonly ApproverRule[];
  actions: ReadonlyMap<string, Action>;
};
type Judge = (state: CaseState, now: RevisionState) => Wish<Refusal | null>;

export function createChoices({ cases, people, library, rules, actions }: Parts): Choices {
  /** Everything that steers: a person of this team who opened the case or has any right in it, from the newest card. */
  const steer = async ({ ref, by }: Steer, needsRight: boolean, judge: Judge): Promise<Steered> => {
    const [person, groups] = await Promise.all([people.person(by), people.groups()]);
    const stranger = isOwnPerson(person, people.ownTeam());
    if (stranger !== null) return { ok: false, refusal: stranger };
    const done = await cases.change<Refusal | null>(ref.case_id, (state) => {
      const now = currentRevision(state);
      if (now === undefined || now.revision !== ref.revision) return refused('superseded');
      if (now.gated?.digest !== ref.digest) return refused('plan_changed');
      const grants = grantsOf(rules, by, groups, state.incident);
      const hasRight = grants.approve !== null || grants.override !== null;
      const mayAsk = !needsRight && state.incident.opened_by === by;
      return hasRight || mayAsk ? judge(state, now) : refused('not_an_approver');
    });
    if (done === undefined) return { ok: false, refusal: 'unknown_case' };
    return done.answer === null ? { ok: true, state: done.state } : { ok: false, refusal: done.answer };
  };

  const offered = (state: CaseState, now: RevisionState) => offersOf(state, now, consentNeeded(state, now), actionOf(state, now));
  const actionOf = (state: CaseState, now: RevisionState): Action | undefined => {
    const id = state.execution?.actionId ?? now.stressed?.stress.action_id;
    return id ? actions.get(id) : undefined;
  };

  return {
    choose: (wish, actionId, parameters) =>
      steer(wish, false, (state, now) => {
        if (!offered(state, now).includes('choose_action')) return refused('not_offered');
        const plan = chosenPlan(state, now, actionId, parameters, wish.by);
        return revised(now, { origin: 'chosen', plan, planner: 'person', chosen_by: wish.by, differences: [] });
      }),
    rollBack: (wish) =>
      steer(wish, false, (state, now) => {
        const rollback = actionOf(state, now)?.rollback;
        if (rollback === undefined || !offered(state, now).includes('rollback')) return refused('not_offered');
        const plan = chosenPlan(state, now, rollback.action, { ...rollback.parameters }, wish.by);
        return revised(now, { origin: 'rollback', plan, planner: 'catalogue', chosen_by: wish.by, differences: [] });
      }),
    lookAgain: (wish) =>
      steer(wish, false, (state, now) => {
        if (!offered(state, now).includes('look_again')) return refused('not_offered');
        const { plan, planner, chosen_by } = now.planned;
        return revised(now, { origin: 'look_again', plan, planner, chosen_by, differences: now.voided ?? [] });
      }),
    settle: (wish, ran) =>
      steer(wish, true, (state, now) => {
        if (state.execution === null || !offered(state, now).includes('it_ran')) return refused('not_offered');
        const detail = ran ? 'a person saw that it ran' : 'a person saw that it did not run';
        const { key, startedAt } = state.execution;
        const effectAt = ran ? startedAt : null;
        const outcome = ran ? ('done' as const) : ('never_ran' as const);
        return appending({
          kind: 'execution_recorded',
          revision: now.revision,
          key,
          outcome,
          detail,
          effect_at: effectAt,
          settled_by: wish.by,
        });
      }),
    async decideRunbook(wish, decision, text) {
      const settled = await steer(wish, true, (state, now) => {
        if (state.learned === null || !offered(state, now).includes('accept_runbook')) return refused('not_offered');
        return appending({
          kind: 'learning_decided',
          revision: now.revision,
          runbook_id: state.learned.runbookId,
          decision,
          by: wish.by,
          via: wish.via,
        });
      });
      if (settled.ok) await applyDecision(library, settled.state, decision, text, wish.by);
      return settled;
    },
  };
}

const refused = (answer: Refusal): Wish<Refusal | null> => ({ append: null, answer });
const appending = (append: NonNullable<Wish<null>['append']>): Wish<Refusal | null> => ({ append, answer: null });

function revised(
  now: RevisionState,
  planned: Omit<BodyOf<'planned'>, 'kind' | 'revision' | 'fallback_from'>,
): Wish<Refusal | null> {
  return appending({ kind: 'planned', revision: now.revision + 1, fallback_from: null, ...planned });
}

/** A person's plan makes one claim and cites the runbook that was on the card, if there was one. */
function chosenPlan(state: CaseState, now: RevisionState, actionId: string, parameters: Parameters, by: string): Plan {
  const runbooks = now.stressed?.stress.documents.filter((document) => document.kind === 'runbook') ?? [];
  const shown = runbooks[0];
  return {
    incident_id: state.incident.id,
    proposed_action: actionId,
    parameters,
    rationale: `Chosen by ${by} for: ${state.incident.summary}`.slice(0, 2_000),
    key_claims: [
      { claim: `${actionId} is the documented remedy for this incident`, document_ids: shown === undefined ? [] : [shown.id] },
    ],
    confidence_initial: 5,
    retrieved_context_ids: runbooks.map((document) => document.id).slice(0, 20),
  };
}

/** The entry came first: a crash before this leaves a runbook that nobody can use yet, which is the safe side. */
async function applyDecision(
  library: Library,
  state: CaseState,
  decision: BodyOf<'learning_decided'>['decision'],
  text: { title: string; body: string } | null,
  by: string,
): Promise<void> {
  const [runbook] = await library.get([state.learned?.runbookId ?? '']);
  if (runbook?.kind !== 'runbook') return;
  const status = decision === 'discarded' ? ('discarded' as const) : ('accepted' as const);
  await library.put([{ ...runbook, ...(text ?? {}), status, accepted_by: by }]);
}
