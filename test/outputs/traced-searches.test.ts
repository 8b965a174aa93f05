import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ARGUMENTS_CHARS_MAX, ToolCall, TRACED_IDS_MAX } from '../../contracts/tool-call.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Library, Telemetry } from '../../pipeline/ports.ts';
import { createStress } from '../../pipeline/stress.ts';
import { createTracedStressing } from '../../src/app/traced-stressing.ts';
import { openToolTrace, type ToolTrace } from '../../src/outputs/tool-trace.ts';
import { createTracing } from '../../src/outputs/traced-inside.ts';
import { traceLibrary } from '../../src/outputs/traced-searches.ts';
import { createPlanners } from '../../src/planners/planners.ts';
import {
  aCatalogue,
  aClaim,
  aContradiction,
  aLogLine,
  anEvidence,
  anIncident,
  aPlan,
  aPlanRequest,
  aPolicy,
  aRunbook,
  CASE,
  figures,
  NOW,
  SERVICE,
  UNKNOWN,
} from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const clock = { now: () => NOW };
const hide = (text: string) => text.replaceAll('hunter2', '[redacted]');

function aTrace() {
  const lines: ToolCall[] = [];
  const trace = { append: async (line: ToolCall) => void lines.push(ToolCall.parse(line)) };
  return { traced: createTracing({ trace, clock, hide }), lines };
}

const stocked = () => memoryLibrary([anEvidence(), aContradiction(), aPolicy(), aRunbook()]).library;
const live = (change: Partial<Telemetry> = {}): Telemetry => ({
  figures: async () => figures(),
  services: async () => [SERVICE],
  logLine: async (id) => (id === aLogLine().id ? aLogLine() : null),
  ...change,
});
const portsOf = (library: Library, telemetry = live()) => ({ library, telemetry, clock, catalogue: aCatalogue(), windowS: 300 });
const request = { caseId: CASE, incident: anIncident(), plan: aPlan(), scores: { ecs: UNKNOWN, ci: UNKNOWN, uCurve: UNKNOWN } };
const stated = { ...request, answer: null, plannerProblem: null };

test('every question of a stress test leaves a line under its case: who asked, what for, and what came back', async () => {
  const { traced, lines } = aTrace();
  const plan = aPlan({ key_claims: [aClaim({ document_ids: ['ev-103', aLogLine().id] })] });
  await createTracedStressing(traced, portsOf(stocked())).stress({ ...stated, plan });
  expect(lines.map(({ case_id, client, transport, outcome }) => [case_id, client, transport, outcome])).toEqual(
    Array(5).fill([CASE, 'governor.stress', 'inside', 'answered']),
  );
  expect(Object.fromEntries(lines.map((line) => [line.tool, [line.document_ids, line.found]]))).toEqual({
    'library.get': [['ev-103'], 1],
    'library.candidates': [['ev-900'], 1],
    'library.policies': [['pol-01'], 1],
    'telemetry.figures': [figures().sample_ids, 1],
    'telemetry.log_line': [[aLogLine().id], 1],
  });
  expect(JSON.parse(lines.find(({ tool }) => tool === 'telemetry.figures')?.arguments ?? '')).toEqual({
    service: SERVICE,
    from: '2026-11-22T09:55:00.000Z',
    to: '2026-11-22T10:00:00.000Z',
  });
});

test('the last check before an effect is told apart from the stress test', async () => {
  const { traced, lines } = aTrace();
  const stressing = createTracedStressing(traced, portsOf(stocked()));
  const shown = await stressing.stress(stated);
  const before = lines.length;
  await stressing.restress(request, shown);
  const again = lines.slice(before);
  expect(new Set(again.map(({ client, case_id }) => `${client} ${case_id}`))).toEqual(new Set([`governor.recheck ${CASE}`]));
  expect(again.map(({ tool }) => tool).sort()).toEqual([
    'library.candidates',
    'library.get',
    'library.policies',
    'telemetry.figures',
  ]);
});

test('tracing changes nothing of what a stress test finds', async () => {
  const { traced } = aTrace();
  const ports = portsOf(stocked());
  expect(await createTracedStressing(traced, ports).stress(stated)).toEqual(await createStress(ports).stress(stated));
});

test('a question that fails is a line too, and fails as before', async () => {
  const { traced, lines } = aTrace();
  const broken = { ...stocked(), policies: () => Promise.reject(new GovernorError('answer_partial', 'half an answer')) };
  const deaf = live({ figures: () => Promise.reject(new Error('telemetry is away')) });
  await expect(createTracedStressing(traced, portsOf(broken)).stress(stated)).rejects.toThrow('half an answer');
  expect(lines.find(({ tool }) => tool === 'library.policies')).toMatchObject({
    case_id: CASE,
    outcome: 'failed',
    error_code: 'answer_partial',
    document_ids: [],
  });
  const found = await createTracedStressing(traced, portsOf(stocked(), deaf)).stress(stated);
  expect(found.telemetry_problem).toBe('telemetry is away');
  expect(lines.findLast(({ tool }) => tool === 'telemetry.figures')).toMatchObject({ outcome: 'failed', error_code: 'internal' });
});

test('a line stays short and holds no secret, whatever is asked and however much is found', async () => {
  const { traced, lines } = aTrace();
  const many = Array.from({ length: 3_000 }, (_, at) => aContradiction({ id: `ev-${at}`, text: 'zebra' }));
  const library = traceLibrary(traced, memoryLibrary(many).library, { client: 'governor.stress', caseId: CASE });
  const words = ['zebra', 'hunter2', ...Array.from({ length: 4_000 }, (_, at) => `word${at}`)];
  await library.candidates({ service: SERVICE, stance: 'contradict', words });
  await library.get(many.map(({ id }) => id));
  for (const line of lines) {
    expect(line.found).toBe(3_000);
    expect(line.document_ids).toHaveLength(TRACED_IDS_MAX);
    expect(line.arguments.length).toBeLessThanOrEqual(ARGUMENTS_CHARS_MAX);
    expect(line.arguments).not.toContain('hunter2');
  }
  expect(JSON.parse(lines[0]?.arguments ?? '')).toMatchObject({ words_in_all: words.length });
});

test('a stress test waits for no line, and none is lost by one that cannot be written', async () => {
  const stuck: Pick<ToolTrace, 'append'> = { append: () => new Promise(() => undefined) };
  const waiting = createTracedStressing(createTracing({ trace: stuck, clock, hide }), portsOf(stocked()));
  expect((await waiting.stress(stated)).findings.supports).toBe(1);

  const errors: string[] = [];
  // A file stands where the folder would have to be.
  const trace = openToolTrace({
    folder: fileURLToPath(import.meta.url),
    log: { error: (message: string) => void errors.push(message) },
  });
  const full = createTracedStressing(createTracing({ trace, clock, hide }), portsOf(stocked()));
  expect((await full.stress(stated)).findings.supports).toBe(1);
  await expect.poll(() => errors).toEqual(Array(4).fill('a tool call could not be traced'));
});

test('the searches of a planner of our own carry the case that it plans for', async () => {
  const { traced, lines } = aTrace();
  const library = stocked();
  const plannerFor = createPlanners({
    config: { planner: { use: 'playbook', fallback: [] }, services: {} } as never,
    library,
    searchedBy: (client, caseId) => traceLibrary(traced, library, { client, caseId }),
    catalogue: aCatalogue(),
    clock,
    answers: [],
  });
  const { signal } = new AbortController();
  const asked = { ...aPlanRequest(), incident: anIncident({ id: 'inc-7' }) };
  await plannerFor(SERVICE).plan(asked, signal);
  expect(lines[0]).toMatchObject({ tool: 'library.search_runbooks', client: 'playbook', case_id: 'inc-7', found: 1 });
  await plannerFor(SERVICE).stress(asked, aPlan({ incident_id: 'inc-7' }), signal);
  expect(lines.map(({ tool }) => tool)).toEqual(
    expect.arrayContaining(['library.get', 'library.candidates', 'library.policies']),
  );
  expect(new Set(lines.map(({ case_id }) => case_id))).toEqual(new Set(['inc-7']));
});
