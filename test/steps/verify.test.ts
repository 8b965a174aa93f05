import { describe, expect, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { nextStep } from '../../pipeline/next.ts';
import { endOf } from '../../pipeline/recovery.ts';
import { anEvidence, aRunbook, figures } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';

const ID = 'inc-001';
const AWAY = new Error('away');
/** The catalogue of these tests looks for six seconds after an effect. */
const WINDOW_MS = 6_000;
const WELL = figures({ error_rate: 0.01, errors: 10 });

/** A case whose action has just run, with telemetry that is away from then on. */
async function ran(governor: InProcess, fault: Error | null = AWAY): Promise<void> {
  const decided = await governor.decide();
  if (decided.status === 'pending_approval') await governor.approve(decided);
  await governor.steps.execute(await governor.reload(ID));
  governor.world.fault = fault;
  governor.clock.ms += WINDOW_MS;
}

/** Asks as the worker does, each time when the step wants to, until something is concluded or the time is over. */
async function verifyFor(governor: InProcess, forMs: number): Promise<CaseState> {
  const endMs = governor.clock.ms + forMs;
  for (;;) {
    const due = nextStep(await governor.reload(ID), governor.config, { connectedSinceMs: 0 }, null);
    if (due?.step !== 'verify') return governor.reload(ID);
    const { state, retryAtMs } = await governor.steps.verify(await governor.reload(ID));
    if (state !== null) return state;
    if (retryAtMs === null || retryAtMs > endMs) return governor.reload(ID);
    governor.clock.ms = retryAtMs;
  }
}

const kindsOf = async (governor: InProcess): Promise<string[]> =>
  (await governor.store.caseLog.read(ID, 0)).map(({ body }) => body.kind);

describe('telemetry that gives no answer after an effect', () => {
  test('is waited for a while, then people are told, well within a minute of the end of the window', async () => {
    const governor = await inProcess();
    await ran(governor);
    const windowEndMs = governor.clock.ms;
    const state = await verifyFor(governor, 120_000);
    expect(state).toMatchObject({ status: 'not_recovered', recovery: { result: 'no_data' } });
    expect(state.recovery?.detail).toContain('goes on being asked');
    const waited = Date.parse(state.recovery?.at ?? '') - windowEndMs;
    expect(waited).toBeGreaterThanOrEqual(20_000);
    expect(waited).toBeLessThan(30_000);
  });

  test('keeps no service locked, and blames no runbook', async () => {
    const runbook = aRunbook();
    const governor = await inProcess({ documents: [anEvidence(), runbook] });
    await ran(governor);
    await verifyFor(governor, 120_000);
    expect((await governor.locks.look('billing-batch')).holder).toBeNull();
    expect((await governor.store.library.get([runbook.id]))[0]).not.toHaveProperty('failures');
  });

  test('and answers later counts after all: what it shows of that window decides', async () => {
    const governor = await inProcess();
    await ran(governor);
    await verifyFor(governor, 120_000);
    governor.clock.ms += 60_000;
    governor.world.fault = null;
    governor.world.figures = WELL;
    const state = await verifyFor(governor, 10_000);
    expect(state).toMatchObject({ status: 'learning', recovery: { result: 'recovered', asksUntil: null } });
    expect((await governor.steps.learn(state)).state?.status).toBe('resolved');
  });

  test.each([
    ['as bad as before', figures(), 'not_recovered'],
    ['worse', figures({ error_rate: 0.9, errors: 900 }), 'worse'],
    ['nothing', figures({ requests: 0, errors: 0, error_rate: 0 }), 'no_data'],
  ] as const)('and then shows %s ends the asking', async (_shows, shown, result) => {
    const governor = await inProcess();
    await ran(governor);
    await verifyFor(governor, 120_000);
    governor.world.fault = null;
    governor.world.figures = shown;
    const state = await verifyFor(governor, 10_000);
    expect(state).toMatchObject({ status: 'not_recovered', recovery: { result, asksUntil: null } });
    expect(nextStep(state, governor.config, { connectedSinceMs: 0 }, null)).toBeNull();
  });

  test('and stays away is not asked for ever: ten minutes after the window people are told that this was the last word', async () => {
    const governor = await inProcess();
    await ran(governor);
    await verifyFor(governor, 120_000);
    const state = await verifyFor(governor, 700_000);
    expect(state).toMatchObject({ status: 'not_recovered', recovery: { result: 'no_data', asksUntil: null } });
    expect(state.recovery?.detail).toContain('not asked any more');
    expect(nextStep(state, governor.config, { connectedSinceMs: 0 }, null)).toBeNull();
    expect(await kindsOf(governor)).not.toContain('learned');
  });

  test('is not asked any more once a person has taken the case up: nothing late can close it under them', async () => {
    const governor = await inProcess();
    await ran(governor);
    const told = await verifyFor(governor, 120_000);
    const digest = told.revisions[0]?.gated?.digest ?? '';
    const ref = { case_id: ID, revision: 1, digest };
    const steer = { ref, by: 'U0000LEAD', via: 'button' as const };
    expect(await governor.choices.choose(steer, 'restart_api_pods', {})).toMatchObject({ ok: true });
    governor.world.fault = null;
    governor.world.figures = WELL;
    // A worker that read the case just before the click asks once more, and comes second.
    expect((await governor.steps.verify(told)).state).toBeNull();
    const now = await governor.reload(ID);
    expect(now.status).toBe('analyzing');
    expect(nextStep(now, governor.config, { connectedSinceMs: 0 }, null)?.step).not.toBe('verify');
  });

  test('a process that was away itself asks more than once before anybody is told', async () => {
    const governor = await inProcess();
    await ran(governor);
    governor.clock.ms += 3_600_000;
    const { state, retryAtMs } = await governor.steps.verify(await governor.reload(ID));
    expect(state).toBeNull();
    expect(retryAtMs).not.toBeNull();
    governor.world.fault = null;
    governor.world.figures = WELL;
    expect((await verifyFor(governor, 10_000)).status).toBe('learning');
  });
});

describe('a service that is well on the whole window and not in the end', () => {
  const endsWith = (governor: InProcess, end: ReturnType<typeof figures>): void => {
    const { figures: asked } = governor.telemetry;
    governor.telemetry.figures = async (service, window) => {
      const started = (await governor.reload(ID)).execution;
      const fromMs = Date.parse(started?.effectAt ?? '') + 1_000;
      const whole = { from: new Date(fromMs).toISOString(), to: new Date(fromMs + 5_000).toISOString() };
      return window.from === endOf(whole).from ? end : asked(service, window);
    };
  };

  test.each([
    ['fell back', figures({ requests: 300, error_rate: 0.12 }), 'not_recovered'],
    ['is worse than before', figures({ requests: 300, error_rate: 0.5 }), 'worse'],
    ['went silent', figures({ requests: 0, error_rate: 0 }), 'no_data'],
  ] as const)('%s: not recovered', async (_claim, end, result) => {
    const governor = await inProcess();
    await ran(governor, null);
    governor.world.figures = WELL;
    endsWith(governor, end);
    const { state } = await governor.steps.verify(await governor.reload(ID));
    expect(state).toMatchObject({ status: 'not_recovered', recovery: { result } });
  });

  test('an end that cannot be had is no answer either', async () => {
    const governor = await inProcess();
    await ran(governor, null);
    governor.world.figures = WELL;
    const { figures: asked } = governor.telemetry;
    let question = 0;
    governor.telemetry.figures = async (service, window) => {
      question += 1;
      if (question % 2 === 0) throw AWAY;
      return asked(service, window);
    };
    expect((await governor.steps.verify(await governor.reload(ID))).state).toBeNull();
    expect((await governor.reload(ID)).status).toBe('verifying');
  });
});
