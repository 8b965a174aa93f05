import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LibraryFile } from '../../contracts/documents.ts';
import type { Incident } from '../../contracts/incident.ts';
import { Scenario } from '../../contracts/scenario.ts';
import { SEVERITIES, Severity } from '../../contracts/words.ts';
import { consentFor } from '../../pipeline/consent.ts';
import { decide } from '../../pipeline/gate.ts';
import { parsePlan, parseStress } from '../../pipeline/parse-answer.ts';
import { createStress } from '../../pipeline/stress.ts';
import { loadCatalogue } from '../../src/config/catalogue-file.ts';
import { readConfig } from '../../src/config.ts';
import { createPlanners } from '../../src/planners/planners.ts';
import { loadRecorded } from '../../src/planners/recorded.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { anIncident, figures, NOW, UNKNOWN } from '../fixtures/builders.ts';
import { documentsOf } from '../fixtures/memory-library.ts';

const settings = readConfig({ env: {} });
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const catalogue = loadCatalogue(settings.paths.catalogue);
const sample = LibraryFile.parse(json(settings.paths.sampleLibrary));

// The real store, because its ranking decides which runbook a plan is made of.
const home = mkdtempSync(join(tmpdir(), 'scenarios-'));
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const store = await openSqliteStore({ file: join(home, 'store.db'), now: () => NOW - 60_000, log: quiet });
const { library } = store;
await library.put(documentsOf(sample));
afterAll(async () => {
  await store.close();
  rmSync(home, { recursive: true });
});

const clock = { now: () => NOW };
const plannerFor = createPlanners({
  config: settings.config,
  library,
  catalogue,
  clock,
  answers: loadRecorded(settings.paths.recorded ?? ''),
});
const telemetry = { figures: async () => figures({ error_rate: 0.2 }), services: async () => [], logLine: async () => null };
const { stress } = createStress({ library, telemetry, clock, catalogue, windowS: 300 });

const files = readdirSync(settings.paths.scenarios);
const scenarios = files.map((file) => ({ file, scenario: Scenario.parse(json(`${settings.paths.scenarios}/${file}`)) }));

/** The incident that the scenario's command opens, with the service's floor as intake applies it. */
function incidentOf({ id, command }: Scenario): Incident {
  const [, service = '', stated, ...summary] = command.split(' ');
  const typed = Severity.parse(stated);
  const floor = settings.config.services[service]?.severity_min ?? 'low';
  const severity = SEVERITIES[Math.max(SEVERITIES.indexOf(typed), SEVERITIES.indexOf(floor))] ?? typed;
  return anIncident({ id, service, severity, summary: summary.join(' '), symptoms: [], severity_stated: typed });
}

async function outcomeOf(scenario: Scenario) {
  const incident = incidentOf(scenario);
  const request = { incident, actions: [], problem: null, remarks: null };
  const signal = new AbortController().signal;
  const planner = plannerFor(incident.service);
  const plan = parsePlan((await planner.plan(request, signal)).text, incident.id);
  if (!plan.ok) return { problem: plan.problem };
  const answer = parseStress((await planner.stress(request, plan.value, signal)).text, incident.id);
  if (!answer.ok) return { problem: answer.problem };
  const told = await stress({
    caseId: incident.id,
    incident,
    plan: plan.value,
    answer: answer.value,
    plannerProblem: null,
    scores: { ecs: UNKNOWN, ci: UNKNOWN, uCurve: UNKNOWN },
  });
  const { decision, reasons } = decide(told.findings, settings.config.gate);
  return { plan: plan.value, told, decision, reasons };
}

describe.each(scenarios)('the scenario $scenario.id', ({ file, scenario }) => {
  it('is called as its file and typed as a command', () => {
    expect(file).toBe(`${scenario.id}.json`);
    expect(scenario.command).toMatch(/^\/incident [a-z0-9-]+ (low|medium|high|critical) .+/);
  });

  it('only lets acts pass that its reasons allow', async () => {
    const { told, reasons = scenario.ends.reasons } = await outcomeOf(scenario);
    const needed = consentFor(reasons, { absolutePolicy: told?.policies.some((policy) => policy.absolute) ?? false });
    for (const act of scenario.acts.filter(
      ({ does, as }) => as === 'lead' && (does === 'APPROVE' || does === 'FORCE_OVERRIDE'),
    )) {
      const passes = needed === 'approve' || (needed === 'override' && act.does === 'FORCE_OVERRIDE');
      expect(act.refused, `${act.does} where ${needed} is needed`).toBe(!passes);
    }
  });
});

describe.each(scenarios.filter(({ scenario }) => scenario.id !== 'broken-planner'))(
  'the gate of the scenario $scenario.id',
  ({ scenario }) => {
    it('decides as the scenario says, with the plan, documents and policies of the samples', async () => {
      const { decision, reasons, plan } = await outcomeOf(scenario);
      expect({ decision, reasons }).toEqual({ decision: scenario.ends.decision, reasons: scenario.ends.reasons });
      if (scenario.ends.action !== undefined) expect(plan?.proposed_action).toBe(scenario.ends.action);
    });
  },
);

it('a planner that answers broken text has nothing to decide about', async () => {
  const broken = scenarios.find(({ scenario }) => scenario.id === 'broken-planner');
  if (broken === undefined) throw new Error('the scenario is gone');
  expect(await outcomeOf(broken.scenario)).toEqual({ problem: expect.stringMatching(/\S/) });
});

it('the scenarios show an execution that recovers, one that does not, each kind of block, an override and a hold', () => {
  const reasons = new Set(scenarios.flatMap(({ scenario }) => scenario.ends.reasons));
  expect([...reasons].sort()).toEqual([
    'contradictions',
    'critical_severity',
    'fabricated_authority',
    'policy_conflict',
    'unknown_action',
    'unsupported',
  ]);
  const states = new Set(scenarios.map(({ scenario }) => scenario.ends.state));
  expect([...states].sort()).toEqual(['not_recovered', 'pending_approval', 'rejected', 'resolved']);
  const acts = new Set(scenarios.flatMap(({ scenario }) => scenario.acts.map(({ does }) => does)));
  expect([...acts].sort()).toEqual(['APPROVE', 'FORCE_OVERRIDE', 'HOLD', 'REJECT', 'RELEASE']);
});
