import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelPlannerConfig } from '../../contracts/model-planner.ts';
import { createModelPlanner } from '../../src/planners/model/model.ts';
import type { Arena } from '../attacks/arena.ts';
import { openArena } from '../attacks/arena.ts';
import { copyOf, rightOf, taleAt } from '../attacks/tales.ts';
import { honest } from '../fakes/model/honest.ts';
import type { Asked, ModelServer, Turn } from '../fakes/model/server.ts';
import { openModelServer } from '../fakes/model/server.ts';
import { API_KEY, inertTools, MODEL_NAME } from '../fakes/model/stage.ts';

// A model behind HTTP that answers the worst, in a whole governor: no crash, nothing runs, and it is asked as often as
// configured, no more.

const planOf = ({ incidentId }: Asked, change: object = {}): string =>
  JSON.stringify({
    incident_id: incidentId,
    proposed_action: 'scale_worker_pool',
    parameters: {},
    rationale: 'It helps.',
    key_claims: [],
    confidence_initial: 9,
    retrieved_context_ids: [],
    ...change,
  });

const BROKEN: Readonly<Record<string, (asked: Asked) => Turn>> = {
  cut: (asked) => ({ say: planOf(asked).slice(0, 80) }),
  'cut by the limit': (asked) => ({ say: planOf(asked), finish: 'length' }),
  'of wrong types': (asked) => ({ say: planOf(asked, { key_claims: 'many' }) }),
  'with extra keys': (asked) => ({ say: planOf(asked, { decision: 'execute' }) }),
  NaN: (asked) => ({ say: planOf(asked).replace(':9', ':NaN') }),
  'a megabyte': (asked) => ({ say: planOf(asked, { rationale: 'x'.repeat(1_048_576) }) }),
  'deeply nested': () => ({ say: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }),
  'two objects': (asked) => ({ say: planOf(asked) + planOf(asked) }),
  fenced: (asked) => ({ say: `\`\`\`json\n${planOf(asked)}\n\`\`\`` }),
  empty: () => ({ say: '' }),
  'for another incident': (asked) => ({ say: planOf({ ...asked, incidentId: 'another' }) }),
  silence: () => 'hang',
  429: () => ({ status: 429, headers: { 'retry-after': '30' } }),
  500: () => ({ status: 500 }),
  'a broken connection': () => 'reset',
  'no JSON': () => ({ raw: 'not today' }),
  'half a JSON': () => ({ raw: '{"choices":[{"message":' }),
  'an endless wish for tools': () => ({ call: [{ tool: 'search_runbooks', input: { query: 'x', service: 'y' } }] }),
};
const NAMES = Object.keys(BROKEN);
const ATTEMPTS = 3;
const STEPS = 3;

describe.each(['plan', 'stress'] as const)('a model whose %s is broken', (phase) => {
  const asked = new Map<string, number>();
  const kindOf = (service: string): string => NAMES[Number(service.split('-').at(-1))] ?? '';
  let arena: Arena;
  let server: ModelServer;

  beforeAll(async () => {
    const copies = NAMES.map((_name, number) => copyOf(taleAt(0), number));
    server = await openModelServer((question) => {
      if (question.about !== phase) return honest({ ...question, results: [{ tool: 'search_runbooks', text: RUNBOOK }] });
      const kind = kindOf(arena.states.get(question.incidentId)?.incident.service ?? '');
      asked.set(kind, (asked.get(kind) ?? 0) + 1);
      return BROKEN[kind]?.(question) ?? { status: 500 };
    });
    const planner = createModelPlanner({
      connection: { provider: 'openai-compatible', baseUrl: server.url, name: MODEL_NAME, apiKey: API_KEY },
      limits: ModelPlannerConfig.parse({ retries: 0, steps_max: STEPS }),
      tools: inertTools,
    });
    arena = await openArena({
      documents: copies.flatMap(({ documents }) => documents),
      right: rightOf,
      plannerFor: () => planner,
      config: { planner_timeout_s: 2, step_attempts: ATTEMPTS },
    });
    await Promise.all(copies.map(({ tale }) => arena.open(tale)));
    await arena.rest(50_000);
  }, 60_000);
  afterAll(async () => {
    await arena.close();
    await server.close();
  });

  test.each(NAMES)('%s: a block that people see, nothing runs, no more questions than configured', (name) => {
    const state = [...arena.states.values()].find(({ incident }) => kindOf(incident.service) === name);
    expect(state?.status).toBe('pending_approval');
    expect(state?.revisions[0]?.gated?.gate.decision).toBe('block_and_escalate');
    expect(arena.effects).toEqual([]);
    expect(server.wrong).toEqual([]);
    const endless = name === 'an endless wish for tools';
    expect(asked.get(name)).toBeGreaterThanOrEqual(ATTEMPTS);
    expect(asked.get(name)).toBeLessThanOrEqual(endless ? ATTEMPTS * STEPS : ATTEMPTS);
  });
});

const RUNBOOK = JSON.stringify({ document_ids: ['rb-1'], results: [{ id: 'rb-1', recommended_action: 'scale_worker_pool' }] });
