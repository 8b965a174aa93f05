import { describe, expect, it } from 'vitest';
import { INVESTIGATE } from '../../contracts/catalogue.ts';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { Plan, StressAnswer } from '../../contracts/plan.ts';
import type { PlanRequest } from '../../pipeline/ports.ts';
import { createPlaybook } from '../../src/planners/playbook.ts';
import { plannerSuite } from '../conformance/planner.suite.ts';
import {
  aCatalogue,
  aContradiction,
  anAction,
  anEvidence,
  anIncident,
  aPlan,
  aPlanRequest,
  aPolicy,
  aRestart,
  aRunbook,
  NOW,
} from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const clock = { now: () => NOW };
const signal = new AbortController().signal;

function playbook(documents: readonly LibraryDocument[], catalogue = aCatalogue()) {
  const { library, asked } = memoryLibrary(documents);
  const planner = createPlaybook({ library, catalogue, clock });
  return {
    asked,
    planner,
    plan: async (change: Partial<PlanRequest> = {}) =>
      Plan.parse(JSON.parse((await planner.plan(aPlanRequest(change), signal)).text)),
    stress: async (plan: Plan) => StressAnswer.parse(JSON.parse((await planner.stress(aPlanRequest(), plan, signal)).text)),
  };
}

plannerSuite('playbook', {
  open: async () => {
    const { planner } = playbook([aRunbook(), anEvidence(), aContradiction(), aPolicy()]);
    return { planner, incident: anIncident(), deterministic: true, close: async () => undefined };
  },
  openStuck: async () => {
    const { library } = memoryLibrary([]);
    const never = () => new Promise<never>(() => undefined);
    const stuck = { ...library, searchRunbooks: never, candidates: never, get: never, policies: never };
    const planner = createPlaybook({ library: stuck, catalogue: aCatalogue(), clock });
    return { planner, incident: anIncident(), deterministic: true, close: async () => undefined };
  },
});

describe('the plan of the playbook', () => {
  it("proposes the action of the runbook that fits, with the catalogue's own parameters", async () => {
    const plan = await playbook([aRunbook(), anEvidence()]).plan();
    expect(plan.proposed_action).toBe('scale_worker_pool');
    expect(plan.parameters).toEqual({ service: 'billing-batch', workers: 8 });
    expect(plan.key_claims[0]).toMatchObject({ document_ids: ['rbk-batch-01'] });
    expect(plan.key_claims[0]?.claim).toContain('is the documented remedy for billing-batch');
  });

  it("makes a claim of each document that speaks for the action, in that document's own words", async () => {
    const plan = await playbook([
      aRunbook(),
      anEvidence({ text: 'More workers in the pool cleared it. It took a while.', actions: ['scale_worker_pool'] }),
    ]).plan();
    expect(plan.key_claims[1]).toEqual({ claim: 'More workers in the pool cleared it.', document_ids: ['ev-103'] });
  });

  it('cites only documents that exist', async () => {
    const documents = [aRunbook(), anEvidence(), anEvidence({ id: 'ev-104' })];
    const plan = await playbook(documents).plan();
    const cited = [...plan.key_claims.flatMap((claim) => claim.document_ids), ...plan.retrieved_context_ids];
    expect(cited.filter((id) => !documents.some((document) => document.id === id))).toEqual([]);
  });

  it('never cites a document of another service, nor one that contradicts, as support', async () => {
    const plan = await playbook([aRunbook(), aContradiction(), anEvidence({ id: 'ev-other', service: 'payments-api' })]).plan();
    expect(plan.key_claims.flatMap((claim) => claim.document_ids)).toEqual(['rbk-batch-01']);
  });

  it('never cites a document that is about another action', async () => {
    const plan = await playbook([aRunbook(), anEvidence({ id: 'ev-other', actions: ['restart_api_pods'] })]).plan();
    expect(plan.key_claims.flatMap((claim) => claim.document_ids)).toEqual(['rbk-batch-01']);
  });

  it('proposes nothing where no runbook fits, and names what might be read', async () => {
    const reading = aRunbook({ id: 'rbk-read', recommended_action: '', service: '*' });
    const plan = await playbook([reading]).plan();
    expect(plan).toMatchObject({
      proposed_action: INVESTIGATE,
      key_claims: [],
      confidence_initial: 0,
      retrieved_context_ids: ['rbk-read'],
    });
  });

  it('proposes nothing for an incident that only shares a word with a runbook by chance', async () => {
    const incident = anIncident({
      summary: 'the slow lift in the office keeps everybody waiting on the ground floor',
      symptoms: [],
    });
    expect((await playbook([aRunbook()]).plan({ incident })).proposed_action).toBe(INVESTIGATE);
  });

  it('does not take an action that is not in the catalogue from a runbook, however well it fits', async () => {
    const plan = await playbook([aRunbook({ recommended_action: 'rm -rf /' })]).plan();
    expect(plan.proposed_action).toBe(INVESTIGATE);
  });

  it('does not take an action that the catalogue keeps from this service', async () => {
    const catalogue = aCatalogue([anAction({ services: ['payments-api'] }), aRestart()]);
    expect((await playbook([aRunbook()], catalogue).plan()).proposed_action).toBe(INVESTIGATE);
  });

  it("resolves an alias in a runbook to the action's id", async () => {
    const [alias] = aCatalogue().actions.get('scale_worker_pool')?.aliases ?? [];
    const plan = await playbook([aRunbook({ recommended_action: alias ?? 'none' })]).plan();
    expect(plan.proposed_action).toBe('scale_worker_pool');
  });

  it('says which other action it did not choose', async () => {
    const other = aRunbook({ id: 'rbk-other', recommended_action: 'restart_api_pods', title: 'Slow billing workers: restart' });
    expect(
      (await playbook([aRunbook({ body: `${aRunbook().body} ${anIncident().summary}` }), other]).plan()).rationale,
    ).toContain('Not chosen: restart_api_pods (rbk-other)');
  });

  it('is the same, byte for byte, in whatever order the documents were stored', async () => {
    const documents = [aRunbook(), anEvidence(), anEvidence({ id: 'ev-104' }), aRunbook({ id: 'rbk-2' })];
    const [one, two] = [playbook(documents), playbook([...documents].reverse())];
    expect(await two.plan()).toEqual(await one.plan());
  });
});

describe('runbooks learned from cases', () => {
  const learned = aRunbook({
    id: 'learned:1',
    status: 'learned',
    recommended_action: 'restart_api_pods',
    title: anIncident().summary,
    body: anIncident().summary,
  });

  it('are passed over while an accepted one fits, even where they fit better', async () => {
    expect((await playbook([learned, aRunbook()]).plan()).proposed_action).toBe('scale_worker_pool');
  });

  it('are used where no accepted one fits, with less confidence and said so', async () => {
    const plan = await playbook([learned]).plan();
    expect(plan.proposed_action).toBe('restart_api_pods');
    expect(plan.rationale).toContain('not accepted yet');
    expect(plan.confidence_initial).toBeLessThan((await playbook([aRunbook()]).plan()).confidence_initial);
  });

  it('are never used once discarded', async () => {
    expect((await playbook([{ ...learned, status: 'discarded' }]).plan()).proposed_action).toBe(INVESTIGATE);
  });
});

describe('a runbook whose action failed', () => {
  const failed = aRunbook({ id: 'rbk-failed', failures: 3, recommended_action: 'restart_api_pods' });

  it('gives way to another one that fits about as well', async () => {
    const once = { ...failed, id: 'rbk-a', failures: 0 };
    expect((await playbook([once, aRunbook()]).plan()).proposed_action).toBe('restart_api_pods');
    expect((await playbook([{ ...once, failures: 3 }, aRunbook()]).plan()).proposed_action).toBe('scale_worker_pool');
    expect((await playbook([failed, aRunbook()]).plan()).proposed_action).toBe('scale_worker_pool');
  });

  it('is less sure of itself', async () => {
    const [once, never] = [
      await playbook([failed]).plan(),
      await playbook([aRunbook({ recommended_action: 'restart_api_pods' })]).plan(),
    ];
    expect(once.confidence_initial).toBeLessThan(never.confidence_initial);
  });
});

describe('the stress of the playbook', () => {
  it('names every document that contradicts the action, although nobody cited it', async () => {
    const answer = await playbook([aRunbook(), aContradiction(), aContradiction({ id: 'ev-901' })]).stress(aPlan());
    expect(answer.claim_evidence[0]?.contradiction_docs).toEqual(['ev-900', 'ev-901']);
  });

  it('does not repeat an invented id as support', async () => {
    const answer = await playbook([anEvidence()]).stress(
      aPlan({ key_claims: [{ claim: 'The board agreed to it.', document_ids: ['CAB-1', 'ev-103'] }] }),
    );
    expect(JSON.stringify(answer)).not.toContain('CAB-1');
  });

  it('names the policies against the action', async () => {
    const answer = await playbook([
      aPolicy({ severities: ['medium'] }),
      aPolicy({ id: 'pol-other', blocked_actions: ['restart_api_pods'] }),
    ]).stress(aPlan());
    expect(answer.policy_conflicts).toEqual(['pol-01']);
  });

  it('stands by its action whatever it found, because only the gate weighs that', async () => {
    const answer = await playbook([aContradiction(), aContradiction({ id: 'ev-901' }), aPolicy()]).stress(aPlan());
    expect(answer.position_after_stress).toBe('scale_worker_pool');
  });
});

describe('what the playbook writes after a recovery', () => {
  it('says nothing that the case did not say', async () => {
    const { planner } = playbook([]);
    const answer = await planner.summarise(
      {
        incident: anIncident(),
        plan: aPlan({ parameters: { workers: 8 } }),
        detail: 'error rate 0.2 %',
        documents: [{ id: 'ev-103', title: 't', text: 'x' }],
      },
      signal,
    );
    const { title, body } = JSON.parse(answer.text);
    expect(title).toContain(anIncident().summary);
    for (const fact of [anIncident().summary, 'Scale the worker pool', 'workers 8', 'error rate 0.2 %', 'ev-103'])
      expect(body).toContain(fact);
  });
});
