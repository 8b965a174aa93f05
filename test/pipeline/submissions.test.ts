import { describe, expect, test } from 'vitest';
import { createIntake, type Intake } from '../../pipeline/intake.ts';
import { redact } from '../../pipeline/redaction.ts';
import { createSubmissions, type Submission } from '../../pipeline/submissions.ts';
import { systemIds } from '../../src/app/core.ts';
import { SERVICE } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';

const plan = {
  proposed_action: 'scale_worker_pool',
  parameters: {},
  rationale: 'More workers drain the queue faster.',
  key_claims: [],
  confidence_initial: 5,
  retrieved_context_ids: [],
};
const matter = { service: SERVICE, severity: 'medium', summary: 'The queue lags', symptoms: [] } as const;
const aSubmission = (change: Partial<Submission> = {}): Submission => ({
  key: 'k1',
  by: 'mcp:fixer',
  source: 'mcp',
  matter,
  plan,
  ...change,
});

/** What one process has: an intake with a memory of its own over the shared store. */
function submissionsOf(
  { store, cases, telemetry, config, clock }: InProcess,
  around: (intake: Intake) => Intake = (intake) => intake,
) {
  const intake = createIntake({ cases, library: store.library, telemetry, config, clock, redact });
  return createSubmissions({
    log: store.caseLog,
    cases,
    intake: around(intake),
    clock,
    ids: systemIds,
    hideKnown: (text) => text,
  });
}

describe('a submission', () => {
  test('cut off between its key and its case is finished by sending it again, as one case with the time of the key', async () => {
    const app = await inProcess();
    const broken = submissionsOf(app, (intake) => ({ ...intake, open: () => Promise.reject(new Error('killed here')) }));
    await expect(broken.submit(aSubmission())).rejects.toThrow('killed here');
    const first = app.clock.ms;
    app.clock.ms += 3_600_000;

    const again = await Promise.all([submissionsOf(app).submit(aSubmission()), submissionsOf(app).submit(aSubmission())]);
    const states = again.map((one) => (one.ok ? one.state : null));
    expect(new Set(states.map((state) => state?.caseId))).toHaveLength(1);
    expect(states[0]?.incident.opened_at).toBe(new Date(first).toISOString());
    expect(await app.store.caseLog.openCases()).toHaveLength(1);
  });

  test('races other processes for its key, and all of them name one case', async () => {
    const app = await inProcess();
    const processes = Array.from({ length: 8 }, () => submissionsOf(app));
    const outcomes = await Promise.all(processes.map((one) => one.submit(aSubmission())));
    expect(outcomes.filter((one) => one.ok && one.fresh)).toHaveLength(1);
    expect(new Set(outcomes.map((one) => (one.ok ? one.state.caseId : one.refusal)))).toHaveLength(1);
  });

  test('is one entry: the plan is there as soon as the case is', async () => {
    const app = await inProcess();
    const outcome = await submissionsOf(app).submit(aSubmission());
    const caseId = outcome.ok ? outcome.state.caseId : '';
    const entries = await app.store.caseLog.read(caseId);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.body).toMatchObject({ submitted: { planner: 'mcp:fixer', plan: { ...plan, incident_id: caseId } } });
  });

  test.each<[string, Record<string, unknown>]>([
    ['an id of its own', { incident_id: 'inc-other', incident: 1 }],
    ['a field nobody knows', { approved_by: 'U0000LEAD' }],
    ['no action', { proposed_action: '' }],
    ['more than fits', { rationale: 'x'.repeat(300_000) }],
  ])('with %s is no plan', async (_what, change) => {
    const app = await inProcess();
    expect(await submissionsOf(app).submit(aSubmission({ plan: { ...plan, ...change } }))).toMatchObject({
      ok: false,
      refusal: 'invalid_plan',
    });
  });

  test('cannot choose the case it is recorded in by an incident_id inside its plan', async () => {
    const app = await inProcess();
    const other = await app.decide();
    const outcome = await submissionsOf(app).submit(aSubmission({ plan: { ...plan, incident_id: other.caseId } }));
    const state = outcome.ok ? outcome.state : null;
    expect(state?.submitted?.plan.incident_id).toBe(state?.caseId);
    expect(state?.caseId).not.toBe(other.caseId);
  });

  test('takes its service’s severity floor like every incident', async () => {
    const app = await inProcess({ config: { services: { [SERVICE]: { severity_min: 'critical' } } } });
    const outcome = await submissionsOf(app).submit(aSubmission());
    expect(outcome).toMatchObject({ state: { incident: { severity: 'critical', severity_source: 'service_floor' } } });
  });

  test('for a case that is being analysed comes before the planner, whose late answer is lost', async () => {
    const app = await inProcess();
    const submissions = submissionsOf(app);
    const opened = await app.cases.open('inc-900', {
      kind: 'incident_opened',
      incident: (await app.decide()).incident,
      channel: 'C0INCIDENTS',
      intake_key: 'inc-900',
    });
    if (opened === null) throw new Error('the id is taken');
    await submissions.submit(aSubmission({ matter: { case_id: 'inc-900' } }));
    await app.steps.plan(opened);
    expect((await app.reload('inc-900')).revisions).toMatchObject([{ planned: { origin: 'submitted' } }]);
  });
});
