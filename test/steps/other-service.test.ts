import { describe, expect, test } from 'vitest';
import { ParameterSpec } from '../../contracts/catalogue.ts';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { parseCatalogue } from '../../pipeline/catalogue.ts';
import { anAction, anEvidence, aPlan, aPolicy, aRestart, aRunbook } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';

// The incident is billing-batch's. orders-api is real and measured, and its own absolute policy forbids the action.

const forbidden = aPolicy({ id: 'pol-orders', service: 'orders-api', absolute: true });
const documents: readonly LibraryDocument[] = [anEvidence({ service: '*' }), aRunbook({ service: '*' }), forbidden];
const PROBLEM = "must be the incident's own service: to act on `orders-api`, open an incident for that service";

type Spec = Record<string, unknown>;
const FROM: Spec = { from: 'incident.service' };
const NAMES: Spec = { names: 'service' };

async function setUp(parameters: Record<string, string>, change: { spec?: Spec; services?: string[] } = {}): Promise<InProcess> {
  const governor = await inProcess({ documents, plan: (id) => aPlan({ incident_id: id, parameters }) });
  governor.telemetry.services = async () => ['billing-batch', 'orders-api'];
  respecify(governor, change.spec ?? FROM);
  if (change.services !== undefined) Object.assign(actionOf(governor), { services: change.services });
  return governor;
}

const actionOf = ({ catalogue }: InProcess): object => catalogue.actions.get('scale_worker_pool') ?? {};

const respecify = (governor: InProcess, spec: Spec): object =>
  Object.assign(actionOf(governor), { parameters: { target: ParameterSpec.parse({ type: 'name', title: 'Target', ...spec }) } });

describe("a plan that acts on another service than the incident's", () => {
  test.each<[string, Spec]>([
    ['through a parameter that is taken from the incident', FROM],
    ['through a parameter that names a service', NAMES],
    ['by a default of the catalogue', { ...NAMES, default: 'orders-api' }],
    ['by a default that wins over the incident', { ...FROM, default: 'orders-api' }],
  ])('is blocked %s', async (_how, spec) => {
    const governor = await setUp(spec.default === undefined ? { target: 'orders-api' } : {}, { spec });
    const state = await governor.decide();
    const { stressed, gated } = state.revisions[0] ?? {};
    expect(stressed?.stress.parameter_problems).toEqual([`\`target\` ${PROBLEM}`]);
    expect(stressed?.stress.parameters).toEqual({});
    expect(gated?.gate).toMatchObject({ decision: 'block_and_escalate', reasons: ['unknown_action'] });
    expect(state.status).toBe('pending_approval');
  });

  test.each(['approve', 'override'] as const)('is passed by nobody who would %s it', async (as) => {
    const rules = [{ users: ['U0000LEAD'], kinds: ['approve', 'override', 'release'] }];
    const governor = await inProcess({
      documents,
      config: { approvers: rules },
      plan: (id) => aPlan({ incident_id: id, parameters: { service: 'orders-api' } }),
    });
    const state = await governor.decide();
    expect(await governor.approve(state, 'U0000LEAD', as)).toMatchObject({ ok: false, refusal: 'nothing_passes' });
    expect((await governor.reload(state.caseId)).status).toBe('pending_approval');
    expect(governor.executor.effects).toEqual([]);
  });

  test("is blocked also where the action is for the incident's service alone", async () => {
    const governor = await setUp({ target: 'orders-api' }, { services: ['billing-batch'] });
    expect((await governor.decide()).revisions[0]?.gated?.gate.reasons).toEqual(['unknown_action']);
  });

  test('is blocked when a person has chosen it', async () => {
    const governor = await setUp({ target: 'orders-api' });
    const state = await governor.decide();
    const ref = { case_id: state.caseId, revision: 1, digest: state.revisions[0]?.gated?.digest ?? '' };
    const steer = { ref, by: 'U0000LEAD', via: 'modal' } as const;
    expect(await governor.choices.choose(steer, 'scale_worker_pool', { target: 'orders-api' })).toMatchObject({ ok: true });
    const chosen = (await governor.analyse(await governor.reload(state.caseId))).revisions[1];
    expect(chosen?.stressed?.stress.parameter_problems).toEqual([`\`target\` ${PROBLEM}`]);
    expect(chosen?.gated?.gate.reasons).toContain('unknown_action');
  });

  test('does not run where it was let through before its entry said that it names a service', async () => {
    const governor = await setUp({ target: 'orders-api' }, { spec: {} });
    const state = await governor.decide();
    expect(state.status).toBe('ready_to_execute');
    expect(state.revisions[0]?.stressed?.stress.parameters).toEqual({ target: 'orders-api' });
    respecify(governor, FROM);
    const { state: after } = await governor.steps.execute(state);
    expect(after?.revisions[0]?.voided).toContain('the parameters have changed');
    expect(governor.executor.effects).toEqual([]);
    expect((await governor.locks.look('billing-batch')).holder).toBeNull();
    await governor.steps.revise(await governor.reload(state.caseId));
    const again = await governor.analyse(await governor.reload(state.caseId));
    expect(again.revisions[1]?.gated?.gate.reasons).toEqual(['unknown_action']);
    expect(again.status).toBe('pending_approval');
  });
});

describe('a plan that names the very service of its incident', () => {
  test.each([
    ['taken from the incident', FROM],
    ['named', NAMES],
  ])('runs where that is %s', async (_how, spec) => {
    const governor = await setUp({ target: 'billing-batch' }, { spec });
    const state = await governor.decide();
    expect(state.status).toBe('ready_to_execute');
    await governor.steps.execute(state);
    expect(governor.executor.effects).toMatchObject([{ parameters: { target: 'billing-batch' } }]);
  });

  test('is held by that service’s own policies', async () => {
    const governor = await setUp({ target: 'orders-api' });
    const state = await governor.decide({ service: 'orders-api' });
    expect(state.revisions[0]?.gated?.gate.reasons).toEqual(['policy_conflict']);
    expect(await governor.approve(state)).toMatchObject({ ok: false });
    expect(governor.executor.effects).toEqual([]);
  });
});

test('a catalogue whose rollback is fixed to one service, of an action for any, is refused', () => {
  const rollback = { action: 'restart_api_pods', parameters: { service: 'orders-api' } };
  const parsed = parseCatalogue({ actions: [anAction({ rollback }), aRestart()] });
  expect(parsed).toEqual({ ok: false, problems: [`actions[0].rollback.parameters: \`service\` ${PROBLEM}`] });
});
