import { GovernorConfig } from '../../contracts/config.ts';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision, isClosed } from '../../pipeline/case-state.ts';
import { type Due, nextStep } from '../../pipeline/next.ts';
import { createPlaybook } from '../../src/planners/playbook.ts';
import type { Store } from '../../src/stores/store.ts';
import { anAnswer, anIncident, aPlan } from '../fixtures/builders.ts';
import { type InProcess, inProcess, type MovedClock } from '../fixtures/in-process.ts';
import { FIRST_CASE, IDS, type ToldCase, type World } from './worlds.ts';

/** One store with all that the pipeline needs around it. `clock` is the store's as well. */
export type Side = { name: string; store: Store; clock: MovedClock; nextStartMs(): number; empty(): Promise<void> };

/** What became of one case. `told` is all of it as text, to the byte; the rest says what kind of case it was. */
export type Played = { caseId: string; told: string; decisions: string[]; reasons: string[]; status: string; voided: boolean };

const CONFIG = GovernorConfig.parse({
  hold_window_s: 5,
  cooldown_s: 0,
  approvers: [{ users: ['U0000LEAD'], kinds: ['approve', 'override', 'release'] }],
});
/** Steps of one case; more would mean that it goes round in circles. */
const ROUNDS_MAX = 60;
const APPROVALS_MAX = 3;
const STALLS_MAX = 2;
const APPROVER = 'U0000LEAD';

/** Plays a world over one store: plan, stress, decision, approval, what happens meanwhile, last check, effect, learning. */
export async function playWorld(side: Side, world: World, caseIds: readonly string[]): Promise<Played[]> {
  const { store, clock } = side;
  await side.empty();
  clock.ms = side.nextStartMs();
  const named = (document: LibraryDocument): LibraryDocument =>
    document.from_case === FIRST_CASE ? { ...document, from_case: caseIds[0] ?? '' } : document;
  const played: Played[] = [];
  for (const [at, told] of world.cases.entries()) {
    const documents = at === 0 ? world.documents.map(named) : [];
    const app = await inProcess({ config: CONFIG, store, clock, documents, ...plannerOf(told) });
    if (told.second === null) app.planner.stress = createPlaybook({ ...app, library: store.library }).stress;
    const put = told.meanwhile.put.map(named);
    played.push(await playCase(app, { ...told, meanwhile: { ...told.meanwhile, put } }, caseIds[at] ?? '', caseIds));
  }
  return played;
}

function plannerOf({ proposed, workers, claims, second }: ToldCase) {
  const plan = (incident_id: string) =>
    aPlan({
      incident_id,
      proposed_action: proposed,
      parameters: workers === null ? {} : { workers },
      key_claims: claims,
      retrieved_context_ids: claims.flatMap(({ document_ids }) => document_ids),
    });
  const answer = (incident_id: string) =>
    anAnswer({
      incident_id,
      claim_evidence: claims.map(({ claim }) => ({
        claim,
        support_docs: second?.support ?? [],
        contradiction_docs: second?.against ?? [],
        contradicted: second?.contradicted ?? false,
      })),
      policy_conflicts: second?.policies ?? [],
      position_after_stress: second?.position ?? proposed,
    });
  return { plan, answer };
}

async function playCase(app: InProcess, told: ToldCase, caseId: string, all: readonly string[]): Promise<Played> {
  app.world.figures = told.before;
  app.executor.answer = told.outcome;
  const incident = anIncident({ id: caseId, opened_by: 'U000OPENER', severity: told.severity, summary: told.summary });
  const body = { kind: 'incident_opened' as const, incident, channel: 'C0INCIDENTS', intake_key: caseId };
  const opened = await app.cases.open(caseId, body);
  if (opened === null) throw new Error(`the id ${caseId} is taken`);
  const acts = actsOf(app, told);
  let state = opened;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = await acts.next(state);
    if (next === null) break;
    state = next;
  }
  await decideLearned(app, state, told.learned);
  return record(app, await app.reload(caseId), all);
}

/** What Slack, people and time do, each when it is their turn; null where nothing more happens by itself. */
function actsOf(app: InProcess, told: ToldCase) {
  let asked = 0;
  let happened = false;
  let stalls = 0;

  const meanwhile = async (): Promise<void> => {
    if (happened) return;
    happened = true;
    app.clock.ms += 1_000;
    app.world.figures = told.late;
    await app.store.library.put(told.meanwhile.put);
    for (const id of told.meanwhile.remove) await app.store.library.remove(id);
  };

  const approve = async (state: CaseState): Promise<CaseState | null> => {
    asked += 1;
    const outcome = await app.approve(state, APPROVER, told.passes);
    return outcome.ok && asked <= APPROVALS_MAX ? outcome.state : null;
  };

  const step = async (state: CaseState, { step: due, atMs }: Due): Promise<CaseState | null> => {
    if (due === 'expire' || due === 'remind') return null;
    app.clock.ms = Math.max(app.clock.ms, atMs);
    if (due === 'execute') await meanwhile();
    if (due === 'verify') app.world.figures = told.after;
    const { state: after, retryAtMs } = await app.steps[due](state);
    if (retryAtMs === null) return after ?? app.reload(state.caseId);
    stalls += 1;
    app.clock.ms = Math.max(app.clock.ms, retryAtMs);
    return stalls <= STALLS_MAX ? app.reload(state.caseId) : null;
  };

  return {
    async next(state: CaseState): Promise<CaseState | null> {
      const now = currentRevision(state);
      if (isClosed(state)) return null;
      if (now?.gated && !currentCard(state)?.decisionShown) return app.show(state);
      if (state.status === 'pending_approval' && now?.voided === null) return approve(state);
      const recovery = app.catalogue.actions.get(state.execution?.actionId ?? '')?.recovery;
      const timing = recovery === undefined ? null : { settleS: recovery.settle_s, windowS: recovery.window_s };
      const due = nextStep(state, CONFIG, { connectedSinceMs: 0 }, timing);
      return due === null ? null : step(state, due);
    },
  };
}

async function decideLearned(app: InProcess, state: CaseState, decision: ToldCase['learned']): Promise<void> {
  const now = currentRevision(state);
  if (decision === null || state.learned === null || !now?.gated) return;
  const ref = { case_id: state.caseId, revision: now.revision, digest: now.gated.digest };
  await app.choices.decideRunbook({ ref, by: APPROVER, via: 'button' }, decision, null);
}

/** Every entry as it is stored and hashed, every order the executor got, and what the library holds after the last case. */
async function record(app: InProcess, state: CaseState, all: readonly string[]): Promise<Played> {
  const entries = await app.store.caseLog.read(state.caseId);
  const { library } = app.store;
  const isLast = state.caseId === all.at(-1);
  const documents = isLast ? await library.get([...IDS, ...all.map((caseId) => `learned:${caseId}`)]) : [];
  const lines = [
    ...entries.map(({ seq, at, body }) => canonicalJson({ seq, at, body })),
    ...app.executor.effects.map(canonicalJson),
    ...documents.map(canonicalJson).sort(),
    ...(isLast ? [JSON.stringify(await library.counts())] : []),
  ];
  const gated = state.revisions.flatMap((revision) => revision.gated ?? []);
  return {
    caseId: state.caseId,
    told: lines.join('\n'),
    decisions: gated.map(({ gate }) => gate.decision),
    reasons: gated.flatMap(({ gate }) => gate.reasons),
    status: state.status,
    voided: state.revisions.some(({ voided }) => voided !== null),
  };
}
