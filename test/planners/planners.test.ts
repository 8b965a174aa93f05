import { expect, it } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { createPlanners } from '../../src/planners/planners.ts';
import { aCatalogue, NOW } from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const planners = (config: object) =>
  createPlanners({
    config: GovernorConfig.parse(config),
    library: memoryLibrary([]).library,
    catalogue: aCatalogue(),
    clock: { now: () => NOW },
    answers: [],
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
