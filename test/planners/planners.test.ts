import { describe, expect, it } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import type { Planner } from '../../pipeline/ports.ts';
import { createPlanners, type Outside } from '../../src/planners/planners.ts';
import { createPlaybook } from '../../src/planners/playbook.ts';
import { aCatalogue, NOW } from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const planners = (config: object, outside: Outside = {}) =>
  createPlanners({
    config: GovernorConfig.parse(config),
    library: memoryLibrary([]).library,
    catalogue: aCatalogue(),
    clock: { now: () => NOW },
    answers: [],
    outside,
  });

it('gives every service the planner that the config uses', () => {
  const plannerFor = planners({ planner: { use: 'recorded', recorded: 'x.json' } });
  expect(plannerFor('billing-batch').name).toBe('recorded');
});

it('gives a service its own planner where the config names one', () => {
  const plannerFor = planners({ services: { 'billing-batch': { planner: 'recorded' } } });
  expect([plannerFor('billing-batch').name, plannerFor('payments-api').name]).toEqual(['recorded', 'playbook']);
});

it('is not misled by a service whose name every object knows', () => {
  expect(planners({})('constructor').name).toBe('playbook');
});

it('throws where the config names a planner that is not there', () => {
  expect(() => planners({ services: { 'billing-batch': { planner: 'oracle' } } })('billing-batch')).toThrow(
    /no planner `oracle`/,
  );
});

describe('whose turn it is', () => {
  const named = (name: string): Planner => ({
    ...createPlaybook({ library: memoryLibrary([]).library, catalogue: aCatalogue(), clock: { now: () => NOW } }),
    name,
  });
  const outside = { 'agent-builder': named('agent-builder'), model: named('model') };
  const turns = (config: object, service = 'billing-batch'): string[] => {
    const plannerFor = planners(config, outside);
    return [0, 1, 2, 3].map((turn) => plannerFor(service, turn).name);
  };

  it.each<[string, object, string[]]>([
    ['no fallback leaves the planner alone', { planner: { use: 'model' } }, ['model', 'model', 'model', 'model']],
    [
      'fallbacks follow in their order, and the last one stays',
      { planner: { use: 'agent-builder', fallback: ['model', 'playbook'] } },
      ['agent-builder', 'model', 'playbook', 'playbook'],
    ],
    [
      'a planner is no fallback of itself, and none is asked twice',
      { planner: { use: 'model', fallback: ['model', 'playbook', 'playbook'] } },
      ['model', 'playbook', 'playbook', 'playbook'],
    ],
    [
      'a service may have an order of its own',
      {
        planner: { use: 'model', fallback: ['playbook'] },
        services: { 'billing-batch': { planner: 'agent-builder', fallback: ['model'] } },
      },
      ['agent-builder', 'model', 'model', 'model'],
    ],
    [
      'a service that names only its planner keeps the common fallbacks',
      { planner: { use: 'model', fallback: ['playbook'] }, services: { 'billing-batch': { planner: 'agent-builder' } } },
      ['agent-builder', 'playbook', 'playbook', 'playbook'],
    ],
    [
      'a service may refuse all fallbacks',
      { planner: { use: 'model', fallback: ['playbook'] }, services: { 'billing-batch': { fallback: [] } } },
      ['model', 'model', 'model', 'model'],
    ],
  ])('%s', (_claim, config, order) => {
    expect(turns(config)).toEqual(order);
  });

  it('says that a planner which is configured nowhere is not there', () => {
    expect(() => planners({ planner: { use: 'playbook', fallback: ['model'] } })('web', 1)).toThrow(/no planner `model`/);
  });
});
