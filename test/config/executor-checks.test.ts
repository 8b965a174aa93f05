import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { executorProblems, executorWarnings } from '../../src/config/executor-checks.ts';
import { readConfig } from '../../src/config.ts';

const hook = (change: object = {}) => ({ url: 'https://jobs.example/run/{target}', secret_env: 'JOBS_SECRET', ...change });
const withExecutors = (executors: object) => GovernorConfig.parse({ executors });
const SECRET = 'the secret of the job runner';

function read(executors: object, env: Record<string, string>) {
  const home = mkdtempSync(join(tmpdir(), 'governor-config-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, 'governor.config.json');
  writeFileSync(file, JSON.stringify({ executors }));
  writeFileSync(join(home, 'secret'), `${SECRET}\n`);
  return readConfig({ env: { GOVERNOR_HOME: home, GOVERNOR_CONFIG: file, ...env }, cwd: home });
}

test("a webhook's secret comes from the variable or the file that the config names, and is known as a secret", () => {
  const plain = read({ webhooks: { jobs: hook() } }, { JOBS_SECRET: SECRET });
  const filed = read({ webhooks: { jobs: hook() } }, { JOBS_SECRET_FILE: 'secret' });
  for (const settings of [plain, filed]) {
    expect(settings.executorSecrets).toEqual({ JOBS_SECRET: SECRET });
    expect(settings.secrets).toContain(SECRET);
  }
});

test.each<[string, object, RegExp]>([
  [
    'a webhook without its secret',
    { webhooks: { jobs: hook() } },
    /environment: JOBS_SECRET: is missing, and executors\.webhooks\.jobs\.secret_env needs it/,
  ],
  [
    'a token that is not given',
    { webhooks: { jobs: hook({ secret_env: 'HOME', token_env: 'JOBS_TOKEN' }) } },
    /JOBS_TOKEN: is missing/,
  ],
  ['workflows without Kibana', { kibana_workflow: { enabled: true } }, /KIBANA_URL: is missing[\s\S]*KIBANA_API_KEY: is missing/],
  ['a misspelt key', { webhoks: {} }, /did you mean `webhooks`/],
])('refused at the start: %s', (_claim, executors, message) => {
  expect(() => read(executors, { HOME: '/home/of/somebody' })).toThrow(message);
});

test.each<[string, object, string]>([
  [
    "our own secret as a webhook's",
    { webhooks: { jobs: hook({ token_env: 'SLACK_BOT_TOKEN' }) } },
    'executors.webhooks.jobs.token_env',
  ],
  ['the file of one', { webhooks: { jobs: hook({ secret_env: 'MCP_TOKEN_FILE' }) } }, 'executors.webhooks.jobs.secret_env'],
  ['an address that is none', { webhooks: { jobs: hook({ url: 'ftp://x' }) } }, 'executors.webhooks.jobs.url'],
  ['a host that a target chooses', { webhooks: { jobs: hook({ url: 'https://{target}/run' }) } }, 'executors.webhooks.jobs.url'],
  [
    'a password in an address',
    { webhooks: { jobs: hook({ status_url: 'https://a:b@x/' }) } },
    'executors.webhooks.jobs.status_url',
  ],
  ['a host that braces choose', { webhooks: { jobs: hook({ url: 'https://x{/run' }) } }, 'executors.webhooks.jobs.url'],
  ['a place that nothing fills', { webhooks: { jobs: hook({ url: 'https://x/{service}' }) } }, 'executors.webhooks.jobs.url'],
  ['a brace that is no place', { webhooks: { jobs: hook({ url: 'https://x/{Target}' }) } }, 'executors.webhooks.jobs.url'],
  [
    'a status address that says nothing of the key',
    { webhooks: { jobs: hook({ status_url: 'https://x/runs/{target}' }) } },
    'executors.webhooks.jobs.status_url',
  ],
  [
    'a route that runs the same workflow whatever the action names',
    { kibana_workflow: { run_path: '/api/workflows/run' } },
    'executors.kibana_workflow.run_path',
  ],
  [
    'a route that looks at the same execution every time',
    { kibana_workflow: { execution_path: '/api/workflows/executions/{id}' } },
    'executors.kibana_workflow.execution_path',
  ],
  [
    'a context without the file that has it',
    { kubernetes: { enabled: true, namespaces: ['shop'], context: 'prod' } },
    'executors.kubernetes.context',
  ],
  ['commands without programs', { command: { enabled: true } }, 'executors.command.programs'],
  ['a cluster in which nothing may be touched', { kubernetes: { enabled: true } }, 'executors.kubernetes.namespaces'],
])('a problem: %s', (_claim, executors, key) => {
  expect(executorProblems(withExecutors(executors)).map((problem) => problem.key)).toEqual([key]);
});

test('what is whole has no problem, and orders over an open line are warned of', () => {
  const whole = {
    webhooks: { jobs: hook(), near: hook({ url: 'http://127.0.0.1:1/x' }) },
    command: { enabled: true, programs: ['/bin/true'] },
  };
  expect(executorProblems(withExecutors(whole))).toEqual([]);
  expect(executorWarnings(withExecutors(whole))).toEqual([]);
  expect(executorWarnings(withExecutors({ webhooks: { jobs: hook({ url: 'http://jobs.example' }) } }))).toHaveLength(1);
  const asked = hook({ status_url: 'http://jobs.example/{key}' });
  expect(executorWarnings(withExecutors({ webhooks: { jobs: asked } }))).toEqual([
    'executors.webhooks.jobs.status_url is not https: orders and tokens can be read on their way',
  ]);
});

test('commands, clusters and workflows are off unless somebody turns them on', () => {
  const { command, kubernetes, kibana_workflow, webhooks } = GovernorConfig.parse({}).executors;
  expect([command.enabled, kubernetes.enabled, kibana_workflow.enabled, webhooks]).toEqual([false, false, false, {}]);
});
