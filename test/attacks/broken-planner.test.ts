import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Planner } from '../../pipeline/ports.ts';
import type { Arena } from './arena.ts';
import { openArena } from './arena.ts';
import { copyOf, taleAt } from './tales.ts';

// Whatever a model may send in place of an answer: no crash, nothing runs, and it is asked as often as configured, no more.

type Answer = (incidentId: string, signal: AbortSignal) => string | Promise<string>;

const plan = (id: string, change: Record<string, unknown> = {}): string =>
  JSON.stringify({
    incident_id: id,
    proposed_action: 'scale_worker_pool',
    parameters: {},
    rationale: 'It helps.',
    key_claims: [{ claim: 'Scaling the worker pool clears the backlog', document_ids: ['ev-103-0'] }],
    confidence_initial: 9,
    retrieved_context_ids: [],
    ...change,
  });

const BROKEN: Readonly<Record<string, Answer>> = {
  'nothing at all': () => '',
  'a text cut in the middle': (id) => plan(id).slice(0, 90),
  'wrong types': (id) => plan(id, { confidence_initial: 'very', key_claims: 'many' }),
  'extra keys': (id) => plan(id, { execute: true }),
  'a number that is none': (id) => plan(id).replace(':9', ':NaN'),
  'a megabyte': (id) => plan(id, { rationale: 'x'.repeat(1_048_576) }),
  'deep nesting': (id) => `${'{"a":'.repeat(5_000)}${plan(id)}${'}'.repeat(5_000)}`,
  'two plans': (id) => plan(id) + plan(id),
  'a plan in a fence': (id) => `\`\`\`json\n${plan(id)}\n\`\`\``,
  'a plan for another incident': () => plan('inc-somebody-else'),
  'the same key twice': (id) => plan(id).replace('{', '{"proposed_action":"failover_database",'),
  'half a character': (id) => plan(id, { rationale: 'cut \ud83d here' }).replace('\\ud83d', '\ud83d'),
  'a null character': (id) => plan(id, { proposed_action: 'scale_worker_pool\u0000' }),
  'a parameter named like the prototype': (id) =>
    plan(id).replace('"parameters":{}', '"parameters":{"__proto__":{"workers":50}}'),
  'silence until nobody waits any more': async (_id, signal) => {
    await sleep(30_000, undefined, { signal });
    return '';
  },
  'silence that ignores the signal': async () => {
    await sleep(3_000);
    return '';
  },
  '429': () => Promise.reject(Object.assign(new Error('too many requests'), { status: 429, retryAfterMs: 60_000 })),
  '500': () => Promise.reject(new Error('HTTP 500: <html>internal error</html>')),
  'something thrown that is no error': () => Promise.reject({ toString: () => 'no' }),
  'an answer that is no text': () => JSON.parse('{"toString":1}'),
};

const ASKED_MAX = 3;
/** These are plans; whether they run is another matter, and none of them may. */
const READABLE = new Set(['half a character', 'a null character']);

describe.each(['plan', 'stress'] as const)('a planner whose %s is broken', (phase) => {
  const asked = new Map<string, number>();
  const names = Object.keys(BROKEN);
  let arena: Arena;

  beforeAll(async () => {
    const copies = names.map((_name, number) => copyOf(taleAt(0), number));
    const kindOf = (service: string): string => names[Number(service.split('-').at(-1))] ?? '';
    const answer = async (service: string, id: string, signal: AbortSignal) => {
      asked.set(kindOf(service), (asked.get(kindOf(service)) ?? 0) + 1);
      return {
        text: (await BROKEN[kindOf(service)]?.(id, signal)) ?? '',
        planner: 'broken',
        fallback_from: null,
        usage: null,
        retrieved_ids: null,
      };
    };
    const broken = (service: string): Planner => ({
      name: 'broken',
      plan: async ({ incident: { id } }, signal) =>
        phase === 'plan'
          ? answer(service, id, signal)
          : { text: plan(id), planner: 'broken', fallback_from: null, usage: null, retrieved_ids: null },
      stress: ({ incident: { id } }, _plan, signal) => answer(service, id, signal),
      summarise: async () => ({ text: '', planner: 'broken', fallback_from: null, usage: null, retrieved_ids: null }),
      explain: async () => ({ text: '', planner: 'broken', fallback_from: null, usage: null, retrieved_ids: null }),
    });
    arena = await openArena({
      documents: copies.flatMap(({ documents }) => documents),
      plannerFor: broken,
      config: { planner_timeout_s: 0.2 },
    });
    await Promise.all(copies.map(({ tale }) => arena.open(tale)));
    await arena.rest(15_000);
  }, 60_000);
  afterAll(() => arena.close());

  test.each(names)('%s: a block that people see, nothing runs, no more questions than configured', (name) => {
    const state = [...arena.states.values()].find(({ incident }) => names[Number(incident.service.split('-').at(-1))] === name);
    expect(state?.status).toBe('pending_approval');
    expect(state?.revisions[0]?.gated?.gate.decision).toBe('block_and_escalate');
    expect(arena.effects).toEqual([]);
    if (!READABLE.has(name)) expect(asked.get(name)).toBe(ASKED_MAX);
  });
});
