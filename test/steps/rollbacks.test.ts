import { describe, expect, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { UNRUN_MAX } from '../../pipeline/outcome-change.ts';
import { shownNow } from '../../pipeline/shown.ts';
import { aCatalogue, anAction, aPlan, aPolicy, aRestart } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';

/** Who asks for a plan does not approve it: the lead does. */
const MATE = 'U0000MATE';
const [DRAIN, UNDRAIN] = ['scale_worker_pool', 'restart_api_pods'];
const service = { type: 'name', title: 'Service', from: 'incident.service' };
const nodeOf = (of: string) => ({ type: 'name', title: 'Node', default: of });
const back = (action: string) => ({ action, parameters: { node: '{node}' } });

/**
 * A node is drained, and each of the two actions undoes the other one. Their defaults are nodes that nothing is done to:
 * whatever is done to one of them was done to the wrong machine.
 */
const ENTRIES = [
  anAction({ parameters: { service, node: nodeOf('node-3') }, rollback: back(UNDRAIN) }),
  aRestart({ parameters: { service, node: nodeOf('node-1') }, rollback: back(DRAIN) }),
];

async function aNodeIsDrained(parameters: Record<string, string> = { node: 'node-7' }) {
  const governor = await inProcess({
    config: { approvers: [{ users: ['U0000LEAD', MATE] }] },
    plan: (id) => aPlan({ incident_id: id, parameters }),
  });
  for (const [id, entry] of aCatalogue(ENTRIES).actions) Object.assign(governor.catalogue.actions.get(id) ?? {}, entry);
  governor.executor.answer = 'failed';
  await governor.steps.execute(await governor.decide());
  governor.executor.answer = 'done';
  const state = await governor.reload('inc-001');
  expect(state.status).toBe('not_recovered');
  return { governor, state };
}

const rollBack = (governor: InProcess, { caseId, revisions }: CaseState) =>
  governor.choices.rollBack({
    ref: { case_id: caseId, revision: revisions.length, digest: revisions.at(-1)!.gated!.digest },
    by: MATE,
    via: 'button',
  });

/** What is planned by now is stressed, shown and, where it has to be, approved. */
async function consented(governor: InProcess): Promise<CaseState> {
  const shown = await governor.show(await governor.analyse(await governor.reload('inc-001')));
  if (shown.status === 'pending_approval') expect(await governor.approve(shown)).toMatchObject({ ok: true });
  return governor.reload('inc-001');
}

async function runNext(governor: InProcess): Promise<CaseState> {
  await governor.steps.execute(await consented(governor));
  return governor.reload('inc-001');
}

const done = ({ executor }: InProcess) => executor.effects.map(({ actionId, parameters }) => [actionId, parameters.node]);

describe('a rollback acts on what its action acted on', () => {
  test('where the plan named the node', async () => {
    const { governor, state } = await aNodeIsDrained();
    expect(await rollBack(governor, state)).toMatchObject({ ok: true });
    const { revisions, status } = await runNext(governor);
    expect(status).toBe('verifying');
    expect(revisions[1]?.planned).toMatchObject({ origin: 'rollback', plan: { parameters: { node: 'node-7' } } });
    expect(revisions[1]?.stressed?.stress).toMatchObject({
      action_id: UNDRAIN,
      parameters: { service: 'billing-batch', node: 'node-7' },
    });
    expect(done(governor)).toEqual([
      [DRAIN, 'node-7'],
      [UNDRAIN, 'node-7'],
    ]);
  });

  test('where the plan named none and the default ran', async () => {
    const { governor, state } = await aNodeIsDrained({});
    await rollBack(governor, state);
    await runNext(governor);
    expect(done(governor)).toEqual([
      [DRAIN, 'node-3'],
      [UNDRAIN, 'node-3'],
    ]);
  });

  test('where a person chose another node before', async () => {
    const { governor, state } = await aNodeIsDrained();
    const ref = { case_id: state.caseId, revision: 1, digest: state.revisions[0]!.gated!.digest };
    expect(await governor.choices.choose({ ref, by: MATE, via: 'button' }, DRAIN, { node: 'node-8' })).toMatchObject({
      ok: true,
    });
    governor.executor.answer = 'failed';
    const again = await runNext(governor);
    governor.executor.answer = 'done';
    expect(await rollBack(governor, again)).toMatchObject({ ok: true });
    await runNext(governor);
    expect(done(governor).map(([, node]) => node)).toEqual(['node-7', 'node-8', 'node-8']);
  });

  test('where nobody knows yet whether it ran', async () => {
    const { governor, state } = await aNodeIsDrained();
    governor.executor.silent = true;
    governor.executor.after = () => Promise.reject(new Error('the line broke'));
    const ref = { case_id: state.caseId, revision: 1, digest: state.revisions[0]!.gated!.digest };
    await governor.choices.choose({ ref, by: MATE, via: 'button' }, DRAIN, { node: 'node-9' });
    const unknown = await runNext(governor);
    expect(unknown.status).toBe('outcome_unknown');
    expect(await rollBack(governor, unknown)).toMatchObject({ ok: true });
    const { revisions } = await governor.reload('inc-001');
    expect(revisions.at(-1)?.planned.plan).toMatchObject({ proposed_action: UNDRAIN, parameters: { node: 'node-9' } });
  });

  test('where what ran was a rollback itself', async () => {
    const { governor, state } = await aNodeIsDrained();
    await rollBack(governor, state);
    governor.executor.answer = 'failed';
    const undone = await runNext(governor);
    expect(undone).toMatchObject({ status: 'not_recovered', execution: { actionId: UNDRAIN } });
    governor.executor.answer = 'done';
    expect(await rollBack(governor, undone)).toMatchObject({ ok: true });
    await runNext(governor);
    expect(done(governor)).toEqual([
      [DRAIN, 'node-7'],
      [UNDRAIN, 'node-7'],
      [DRAIN, 'node-7'],
    ]);
  });
});

describe('a rollback that has to be looked at anew still acts on it', () => {
  test('after a last check that found something else than was approved', async () => {
    const { governor, state } = await aNodeIsDrained();
    await rollBack(governor, state);
    const ready = await consented(governor);
    await governor.store.library.put([aPolicy({ blocked_actions: [UNDRAIN] })]);
    await governor.steps.execute(ready);
    expect((await governor.reload('inc-001')).revisions[1]?.voided?.join()).toContain('pol-01');
    await governor.steps.revise(await governor.reload('inc-001'));
    const { revisions } = await runNext(governor);
    expect(revisions.map(({ planned }) => planned.origin)).toEqual(['planner', 'rollback', 'recheck']);
    expect(done(governor)).toEqual([
      [DRAIN, 'node-7'],
      [UNDRAIN, 'node-7'],
    ]);
  });

  test('after an order that was not sent', async () => {
    const { governor, state } = await aNodeIsDrained();
    await rollBack(governor, state);
    const { run } = governor.executor;
    governor.executor.run = async () => {
      governor.clock.ms += 20_000;
      return { outcome: 'not_sent', detail: 'the target cannot be reached' };
    };
    const unsent = await runNext(governor);
    expect(unsent).toMatchObject({ status: 'analyzing', execution: { actionId: UNDRAIN, outcome: 'not_sent' } });
    governor.executor.run = run;
    await governor.steps.revise(unsent);
    const { revisions } = await runNext(governor);
    expect(revisions.map(({ planned }) => planned.origin)).toEqual(['planner', 'rollback', 'not_run']);
    expect(done(governor)).toEqual([
      [DRAIN, 'node-7'],
      [UNDRAIN, 'node-7'],
    ]);
  });

  test('and where its orders went out to nobody too often, there is nothing of it to undo', async () => {
    const { governor, state } = await aNodeIsDrained();
    await rollBack(governor, state);
    governor.executor.run = async () => {
      governor.clock.ms += 20_000;
      return { outcome: 'not_sent', detail: 'the target cannot be reached' };
    };
    let now = await runNext(governor);
    for (let round = 1; round < UNRUN_MAX; round += 1) {
      await governor.steps.revise(now);
      now = await runNext(governor);
    }
    expect(now.status).toBe('not_recovered');
    expect(await rollBack(governor, now)).toEqual({ ok: false, refusal: 'not_offered' });
  });
});

describe('a rollback that refers to what the execution lacks', () => {
  const facts = ({ catalogue, config }: InProcess) => ({
    actions: catalogue.actions,
    rules: config.approvers,
    groups: new Map<string, readonly string[]>(),
    timings: config,
    simulated: false,
  });

  test('is neither offered nor to be had: no default takes its place', async () => {
    const { governor, state } = await aNodeIsDrained();
    expect(shownNow(state, facts(governor)).offers).toContain('rollback');
    // The entry has another parameter since, which no earlier execution recorded.
    const zone = { type: 'name', title: 'Zone', default: 'zone-1' };
    const parameters = { service, node: nodeOf('node-1'), zone };
    const changed = aCatalogue([
      anAction({ parameters, rollback: { action: UNDRAIN, parameters: { node: '{node}', zone: '{zone}' } } }),
      aRestart({ parameters }),
    ]);
    for (const [id, entry] of changed.actions) Object.assign(governor.catalogue.actions.get(id) ?? {}, entry);

    const shown = shownNow(state, facts(governor));
    expect(shown.offers).toEqual(['choose_action', 'reject']);
    expect(shown.next_steps).toEqual(['Choose another action; this one has no rollback.']);
    expect(await rollBack(governor, state)).toEqual({ ok: false, refusal: 'not_offered' });
    expect((await governor.reload('inc-001')).seq).toBe(state.seq);
  });
});
