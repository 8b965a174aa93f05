import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'governor-planner-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KIBANA = { KIBANA_URL: 'https://kibana.example/s/ops', KIBANA_API_KEY: 'key-of-the-tests', AGENT_ID: 'planner' };
const MODEL = { MODEL_NAME: 'some-model', MODEL_BASE_URL: 'https://model.example/v1' };
let files = 0;

/** The problems of a start with this config and these variables; empty where it would start. */
function problems(config: object, env: Record<string, string>, slack: 'wanted' | 'unneeded' = 'wanted'): string {
  files += 1;
  const file = join(folder, `config-${files}.json`);
  writeFileSync(file, JSON.stringify(config));
  try {
    readConfig({ env: { ...env, GOVERNOR_CONFIG: file }, cwd: folder, slack });
    return '';
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

it.each<[what: string, config: object, env: Record<string, string>, says: RegExp[]]>([
  [
    'the agent without Kibana',
    { planner: { use: 'agent-builder' } },
    {},
    [
      /KIBANA_URL: is missing, and planner\.use names the planner `agent-builder`/,
      /KIBANA_API_KEY: is missing/,
      /AGENT_ID: is missing/,
    ],
  ],
  [
    'the agent without its id',
    { planner: { fallback: ['agent-builder'] } },
    { KIBANA_URL: KIBANA.KIBANA_URL, KIBANA_API_KEY: KIBANA.KIBANA_API_KEY },
    [/AGENT_ID: is missing, and planner\.fallback\[0\] names/],
  ],
  [
    'the model of a service without a name',
    { services: { web: { planner: 'model' } } },
    {},
    [/MODEL_NAME: is missing, and services\.web\.planner names the planner `model`/, /MODEL_BASE_URL: is missing/],
  ],
  [
    'a fallback of a service that is no planner',
    { services: { web: { fallback: ['modell'] } } },
    {},
    [/services\.web\.fallback\[0\]: `modell` is no planner; did you mean `model`\?/],
  ],
  ['a recorded fallback without its file', { planner: { fallback: ['recorded'] } }, {}, [/planner\.recorded: is missing/]],
])('refuses %s, and names what is missing and why', (_what, config, env, says) => {
  const said = problems(config, env);
  for (const sentence of says) expect(said).toMatch(sentence);
});

it.each<[what: string, config: object, env: Record<string, string>]>([
  ['the agent with all of Kibana', { planner: { use: 'agent-builder', fallback: ['playbook'] } }, KIBANA],
  ['the model with its name and address', { planner: { use: 'model' } }, MODEL],
  [
    'the model of a provider with an address of its own',
    { planner: { use: 'model' } },
    { MODEL_NAME: 'm', MODEL_PROVIDER: 'openai', MODEL_API_KEY: 'k' },
  ],
  ['Kibana for its links alone', {}, { KIBANA_URL: KIBANA.KIBANA_URL }],
])('takes %s', (_what, config, env) => {
  expect(problems(config, env)).toBe('');
});

it('lets commands that plan nothing work without the planners’ secrets', () => {
  expect(problems({ planner: { use: 'agent-builder' } }, {}, 'unneeded')).toBe('');
});
