import { afterAll, beforeAll, expect, test } from 'vitest';
import { Action } from '../../contracts/catalogue.ts';
import { ExecutorsConfig } from '../../contracts/executors.ts';
import { createExecutors, missingExecutors } from '../../src/executors/executors.ts';
import { silentLog } from '../outward/silent-log.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

const clock = { now: Date.now };
let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
});
afterAll(() => hosted.close());

const action = (id: string, executor: string): Action =>
  Action.parse({
    id,
    title: id,
    description: id,
    executor,
    risk: 'low',
    recovery: { settle_s: 1, window_s: 5, error_rate_max: 0.02 },
  });

test('without a simulated world there is only the executor that does nothing', async () => {
  expect([...(await createExecutors({ sandboxUrl: null, clock, log: silentLog })).keys()]).toEqual(['dry-run']);
});

test('executors are found by the names that the catalogue uses', async () => {
  const executors = await createExecutors({ sandboxUrl: hosted.url, clock, log: silentLog });
  expect([...executors].map(([name, executor]) => [name, executor.name])).toEqual([
    ['dry-run', 'dry-run'],
    ['sandbox', 'sandbox'],
  ]);
});

test('executors that the catalogue names and nobody provides are named at the start, once each', async () => {
  const executors = await createExecutors({ sandboxUrl: null, clock, log: silentLog });
  const actions = [
    action('one_action', 'sandbox'),
    action('two_action', 'webhook-jobs'),
    action('three_action', 'sandbox'),
    action('four_action', 'dry-run'),
  ];
  expect(missingExecutors(actions, executors)).toEqual(['sandbox', 'webhook-jobs']);
});

test('executors outside are there as soon as the config names them, and not before', async () => {
  const config = ExecutorsConfig.parse({
    webhooks: { jobs: { url: 'https://jobs.example', secret_env: 'JOBS_SECRET', refuses_late: true } },
    kibana_workflow: { enabled: true },
    kubernetes: { enabled: true, kubeconfig: '/nowhere', namespaces: ['shop'] },
    command: { enabled: true, programs: ['/bin/true'] },
  });
  const outside = {
    config,
    secrets: { JOBS_SECRET: 'x' },
    kibana: { url: 'https://k', apiKey: 'y' },
    actions: new Map(),
    home: '/nowhere',
    oneMachine: true,
  };
  const executors = await createExecutors({ sandboxUrl: null, clock, log: silentLog, outside });
  expect(Object.fromEntries([...executors].map(([name, executor]) => [name, executor.declares()]))).toEqual({
    'dry-run': { refusesLate: true, idempotentByKey: true },
    'webhook-jobs': { refusesLate: true, idempotentByKey: false },
    'kibana-workflow': { refusesLate: false, idempotentByKey: false },
    kubernetes: { refusesLate: false, idempotentByKey: true },
    command: { refusesLate: true, idempotentByKey: true },
  });
  const none = await createExecutors({
    sandboxUrl: null,
    clock,
    log: silentLog,
    outside: { ...outside, config: ExecutorsConfig.parse({}) },
  });
  expect([...none.keys()]).toEqual(['dry-run']);
});

test('an executor that cannot be opened has sent nothing', async () => {
  const config = ExecutorsConfig.parse({ kubernetes: { enabled: true, kubeconfig: '/nowhere', namespaces: ['shop'] } });
  const outside = { config, secrets: {}, kibana: null, actions: new Map(), home: '/nowhere', oneMachine: true };
  const executors = await createExecutors({ sandboxUrl: null, clock, log: silentLog, outside });
  const order = {
    key: 'k',
    caseId: 'c',
    service: 's',
    actionId: 'a',
    target: '',
    parameters: {},
    notAfter: new Date(Date.now() + 9_000).toISOString(),
  };
  expect(await executors.get('kubernetes')?.run(order)).toMatchObject({ outcome: 'not_sent' });
});
