import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GovernorError } from '../pipeline/errors.ts';
import { OUTSIDE_VARIABLES, OWN_VARIABLES, SECRET_VARIABLES } from '../src/config/environment.ts';
import { readConfig, withSandbox } from '../src/config.ts';

const base = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(base, { recursive: true }));

let folders = 0;
/** A project folder of its own, so that no test sees the files of another. */
function project(files: Record<string, unknown> = {}): string {
  folders += 1;
  const root = join(base, `p${folders}`);
  mkdirSync(join(root, 'data'), { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  return root;
}

type Env = Record<string, string>;
const read = (env: Env = {}, files: Record<string, unknown> = { 'data/sandbox.config.json': {} }, slack?: 'unneeded') => {
  const root = project(files);
  return readConfig({ env, cwd: root, root, ...(slack ? { slack } : {}) });
};

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (fault) {
    if (fault instanceof GovernorError) return `${fault.code}\n${fault.message}`;
    throw fault;
  }
  throw new Error('nothing was refused');
}

const BOT = 'xoxb-1-2-abc';
const APP = 'xapp-1-A0-2-abc';
const KEY = Buffer.alloc(32, 7).toString('base64');

describe('how Slack is reached', () => {
  it.each<[string, Env, string, string | undefined]>([
    ['no token at all starts the sandbox', {}, 'sandbox', undefined],
    ['empty tokens count as none', { SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: ' ' }, 'sandbox', undefined],
    ['bot and app token use Socket Mode', { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP }, 'slack', 'socket'],
    ['bot token and signing secret use HTTP', { SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: 'f00' }, 'slack', 'http'],
    ['all three use Socket Mode', { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_SIGNING_SECRET: 'f00' }, 'slack', 'socket'],
  ])('%s', (_claim, env, mode, transport) => {
    const settings = read(env);
    expect([settings.mode, settings.slack?.transport]).toEqual([mode, transport]);
  });

  it.each<[string, Env, string]>([
    ['a bot token alone', { SLACK_BOT_TOKEN: BOT }, 'SLACK_APP_TOKEN: is missing'],
    ['an app token alone', { SLACK_APP_TOKEN: APP }, 'SLACK_BOT_TOKEN: is missing'],
    ['a signing secret alone', { SLACK_SIGNING_SECRET: 'f00' }, 'SLACK_BOT_TOKEN: is missing'],
    [
      'app token and signing secret without a bot token',
      { SLACK_APP_TOKEN: APP, SLACK_SIGNING_SECRET: 'f00' },
      'SLACK_BOT_TOKEN: is missing',
    ],
    [
      'the app token in place of the bot token',
      { SLACK_BOT_TOKEN: APP, SLACK_APP_TOKEN: APP },
      'SLACK_BOT_TOKEN: is no bot token',
    ],
    [
      'the bot token in place of the app token',
      { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: BOT },
      'SLACK_APP_TOKEN: is no app-level token',
    ],
    ['no token in production', { NODE_ENV: 'production' }, 'SLACK_BOT_TOKEN: is missing, and NODE_ENV is production'],
  ])('%s is refused with a sentence', (_what, env, sentence) => {
    expect(refusal(() => read(env))).toContain(`environment: ${sentence}`);
  });

  it('never repeats a token in a refusal', () => {
    expect(refusal(() => read({ SLACK_BOT_TOKEN: APP, SLACK_APP_TOKEN: BOT, JIRA_EMAIL: 'x' }))).not.toMatch(
      /xapp-1-A0|xoxb-1-2/,
    );
  });

  it('lets commands that need no Slack run in production without its tokens', () => {
    expect(read({ NODE_ENV: 'production' }, {}, 'unneeded')).toMatchObject({ mode: 'offline', simulated: false, slack: null });
  });

  it('takes the values of a sandbox started inside, its tokens as secrets too', () => {
    const settings = withSandbox(read(), {
      SLACK_BOT_TOKEN: BOT,
      SLACK_APP_TOKEN: APP,
      SLACK_SIGNING_SECRET: 'f00d',
      SLACK_API_URL: 'http://127.0.0.1:1/api/',
      SANDBOX_URL: 'http://127.0.0.1:1',
    });
    expect(settings).toMatchObject({
      mode: 'sandbox',
      simulated: true,
      sandboxUrl: 'http://127.0.0.1:1',
      slack: { botToken: BOT, apiUrl: 'http://127.0.0.1:1/api/' },
    });
    expect(settings.secrets).toEqual(expect.arrayContaining([BOT, APP, 'f00d']));
  });
});

describe('secrets from files', () => {
  it.each([...SECRET_VARIABLES, ...OUTSIDE_VARIABLES])('%s may be given as a file', (name) => {
    const root = project({ 'governor.config.json': {}, secret: 'https://u:pa55word@example.org/x\n' });
    const partners: Env = {
      SLACK_BOT_TOKEN: BOT,
      SLACK_APP_TOKEN: APP,
      ELASTICSEARCH_URL: 'http://e',
      KIBANA_URL: 'http://k',
      KIBANA_API_KEY: 'k',
      MODEL_NAME: 'm',
      ESCALATION_WEBHOOK_URL: 'http://w',
    };
    const jira: Env = { JIRA_BASE_URL: 'http://j', JIRA_EMAIL: 'e', JIRA_API_TOKEN: 't', JIRA_PROJECT_KEY: 'P' };
    const env: Env = { ...partners, ...jira, [`${name}_FILE`]: 'secret' };
    delete env[name];
    const settings = readConfig({ env, cwd: root, root });
    expect(JSON.stringify(settings)).toContain('https://u:pa55word@example.org/x');
    expect(settings.secrets).toContain('pa55word');
  });

  it.each<[string, Env, Record<string, string>, string]>([
    ['a file that is not there', { MCP_TOKEN_FILE: 'none' }, {}, 'none: MCP_TOKEN_FILE: does not exist'],
    ['an empty file', { MCP_TOKEN_FILE: 'f' }, { f: ' \n' }, 'f: MCP_TOKEN_FILE: is empty'],
    ['a folder', { MCP_TOKEN_FILE: 'data' }, {}, 'data: MCP_TOKEN_FILE: is not a file'],
    [
      'both the variable and the file',
      { MCP_TOKEN: 'a', MCP_TOKEN_FILE: 'f' },
      { f: 'b' },
      'MCP_TOKEN: is given, and MCP_TOKEN_FILE too',
    ],
    ['a file of several lines', { MCP_TOKEN_FILE: 'f' }, { f: 'one\ntwo' }, 'MCP_TOKEN_FILE: has a line break'],
    ['a file that is far too long', { MCP_TOKEN_FILE: 'f' }, { f: 'x'.repeat(70_000) }, 'MCP_TOKEN_FILE: has 70000 bytes'],
  ])('%s is refused', (_what, env, files, sentence) => {
    expect(refusal(() => read(env, files))).toContain(sentence);
  });
});

describe('services that are half named', () => {
  it.each<[string, Env, string[]]>([
    ['Jira', { JIRA_BASE_URL: 'http://j', JIRA_EMAIL: 'e' }, ['JIRA_API_TOKEN', 'JIRA_PROJECT_KEY']],
    ['Elasticsearch', { ELASTICSEARCH_API_KEY: 'k' }, ['ELASTICSEARCH_URL']],
    ['Kibana', { AGENT_ID: 'a' }, ['KIBANA_URL', 'KIBANA_API_KEY']],
    ['a model', { MODEL_API_KEY: 'k' }, ['MODEL_NAME']],
  ])('%s is refused with what is missing', (_what, env, missing) => {
    const text = refusal(() => read(env));
    for (const name of missing) expect(text).toContain(`environment: ${name}: is missing`);
  });

  it('refuses an address that is none, without repeating it', () => {
    const text = refusal(() => read({ ESCALATION_WEBHOOK_URL: 'hooks/s3cret' }));
    expect(text).toContain('ESCALATION_WEBHOOK_URL: is not an http or https address');
    expect(text).not.toContain('s3cret');
  });
});

describe('the config file', () => {
  it('is the one that GOVERNOR_CONFIG names, relative to where one stands', () => {
    const settings = read(
      { GOVERNOR_CONFIG: 'mine.json' },
      { 'mine.json': { cooldown_s: 1 }, 'governor.config.json': { cooldown_s: 2 } },
    );
    expect(settings.config.cooldown_s).toBe(1);
  });

  it('is governor.config.json where there is one, also in the sandbox', () => {
    const settings = read({}, { 'governor.config.json': { cooldown_s: 2 }, 'data/sandbox.config.json': { cooldown_s: 3 } });
    expect(settings.config.cooldown_s).toBe(2);
  });

  it("is the sandbox's where there is no other and the world is simulated", () => {
    const files = { 'data/sandbox.config.json': { cooldown_s: 3 } };
    expect(read({}, files).config.cooldown_s).toBe(3);
    expect(read({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SANDBOX_URL: 'http://127.0.0.1:1' }, files).config.cooldown_s).toBe(
      3,
    );
  });

  it("never is the sandbox's for a real workspace: that one has nobody's approvers", () => {
    const settings = read(
      { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP },
      { 'data/sandbox.config.json': { approvers: [{ users: ['U1'] }] } },
    );
    expect(settings).toMatchObject({
      configFile: null,
      simulated: false,
      config: { approvers: [], hold_window_s: 60, cooldown_s: 300 },
    });
  });

  it.each<[string, string, unknown, string]>([
    ['a key that is misspelled', 'approver', { approver: [] }, 'approver: no such key; did you mean `approvers`?'],
    [
      'a key misspelled deep inside',
      'deep',
      { gate: { coverge_min: 1 } },
      'gate.coverge_min: no such key; did you mean `coverage_min`?',
    ],
    ['a key misspelled in a list', 'list', { approvers: [{ usr: [] }] }, 'approvers[0].usr: no such key; did you mean `users`?'],
    [
      'a key misspelled in a map',
      'map',
      { services: { web: { severity: 'low' } } },
      'services.web.severity: no such key; did you mean `severity_min`?',
    ],
    ['a key that resembles none', 'none', { zzzzzzzzzz: 1 }, 'zzzzzzzzzz: no such key; known here: approvers'],
    ['a value of the wrong kind', 'kind', { cooldown_s: '5' }, 'cooldown_s: expected number'],
    ['a value out of bounds', 'bounds', { cooldown_s: -1 }, 'cooldown_s: too small'],
    ['a service name that is none', 'name', { services: { 'A b': {} } }, 'services.A b: a service name has'],
    [
      'a key written twice, of which only one would count',
      'twice',
      '{"approvers": [], "gate": {}, "approvers": []}',
      'approvers: is written twice',
    ],
    ['the same key twice in escapes', 'escapes', '{"approvers": [], "\\u0061pprovers": []}', 'approvers: is written twice'],
    ['text that is no JSON', 'text', '{"approvers": [}', 'is not JSON'],
    ['nothing', 'nothing', '', 'is not JSON'],
    ['a list', 'list', '[]', 'expected object'],
    [
      'a planner that is none',
      'planner',
      { services: { web: { planner: 'playbok' } } },
      'services.web.planner: `playbok` is no planner; did you mean `playbook`?',
    ],
    ['the recorded planner without its file', 'recorded', { planner: { use: 'recorded' } }, 'planner.recorded: is missing'],
    [
      'a freeze that ends before it begins',
      'freeze',
      { freezes: [{ service: '*', from: '2026-01-02T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' }] },
      'freezes[0]: ends at',
    ],
    [
      'a public key that is none',
      'key',
      { approvers: [{ keys: [{ name: 'a', user: 'U01', public_key: 'x'.repeat(44) }] }] },
      'approvers[0].keys[0].public_key: is not base64',
    ],
    [
      'one key for two people, who would count as one',
      'twokeys',
      {
        approvers: [
          {
            keys: [
              { name: 'a', user: 'U01', public_key: KEY },
              { name: 'b', user: 'U02', public_key: KEY },
            ],
          },
        ],
      },
      'approvers[0].keys[1].public_key: belongs to `U01` already',
    ],
    [
      'one key for two people, written in two ways',
      'twoways',
      {
        approvers: [
          { keys: [{ name: 'a', user: 'U01', public_key: KEY }] },
          { keys: [{ name: 'b', user: 'U02', public_key: KEY.replace(/=$/, '') }] },
        ],
      },
      'approvers[1].keys[0].public_key: belongs to `U01` already',
    ],
  ])('%s is refused with file, key and reason', (_what, name, content, sentence) => {
    const file = `${name}.json`;
    const text = refusal(() => read({ GOVERNOR_CONFIG: file }, { [file]: content }));
    expect(text).toMatch(/^config_refused\n/);
    expect(text).toContain(`${file}: ${sentence}`);
  });

  it('is refused where the named one is not there, with the variable that named it', () => {
    expect(refusal(() => read({ GOVERNOR_CONFIG: 'gone.json' }, {}))).toContain('gone.json: GOVERNOR_CONFIG: does not exist');
  });

  it('is refused where it is not UTF-8', () => {
    const root = project();
    writeFileSync(join(root, 'c.json'), Buffer.from([0x7b, 0xff, 0x7d]));
    expect(refusal(() => readConfig({ env: { GOVERNOR_CONFIG: 'c.json' }, cwd: root, root }))).toContain(
      'c.json: is not UTF-8 text',
    );
  });

  it('tells everything that is wrong at once, in the environment and in the file', () => {
    const text = refusal(() =>
      read({ GOVERNOR_CONFIG: 'c.json', PORT: 'x', SLACK_BOT_TOKEN: BOT }, { 'c.json': { coldown_s: 1, lease_s: 'x' } }),
    );
    for (const key of ['PORT', 'SLACK_APP_TOKEN', 'coldown_s', 'lease_s']) expect(text).toContain(`: ${key}: `);
  });
});

describe('what is allowed but worth telling', () => {
  const warnings = (config: object) => read({ GOVERNOR_CONFIG: 'c.json' }, { 'c.json': config }).warnings.join('\n');
  it.each<[string, object, string]>([
    ['no approvers', {}, 'nobody can approve'],
    ['a rule without people', { approvers: [{ kinds: ['approve'] }] }, 'approvers[0] names nobody'],
    ['a quorum that cannot be met', { approvers: [{ users: ['U01'], quorum: 2 }] }, 'its quorum can never be met'],
    ['a name in place of a user id', { approvers: [{ users: ['alice'] }] }, '`alice` is no Slack user id'],
    ['a name in place of a group id', { approvers: [{ groups: ['@sre'] }] }, '`@sre` is no Slack user-group id'],
  ])('%s is warned about', (_what, config, sentence) => {
    expect(warnings(config)).toContain(sentence);
  });

  it('a token that could be guessed is warned about', () => {
    expect(read({ MCP_TOKEN: 'short' }).warnings.join()).toContain('MCP_TOKEN has fewer than 16 characters');
  });

  it('a config that names people is not warned about', () => {
    expect(warnings({ approvers: [{ users: ['U01'], groups: ['S01'] }] })).toBe('');
  });
});

describe('this process', () => {
  it('listens on loopback, port 3000, unless told otherwise', () => {
    expect(read().http).toEqual({ host: '127.0.0.1', port: 3000 });
    expect(read({ PORT: '0', HOST: '0.0.0.0' }).http).toEqual({ host: '0.0.0.0', port: 0 });
  });

  it.each(['-1', '65536', '3000x', '1e3', '0x10', '3.5'])('does not take `%s` for a port', (PORT) => {
    expect(refusal(() => read({ PORT }))).toContain(`PORT: \`${PORT}\` is not a port`);
  });

  it('keeps its files in the project unless GOVERNOR_HOME names another place, relative to where one stands', () => {
    const root = project({ 'data/sandbox.config.json': {} });
    expect(readConfig({ env: {}, cwd: '/', root }).paths.home).toBe(join(root, '.governor'));
    expect(readConfig({ env: { GOVERNOR_HOME: 'x/y' }, cwd: '/srv', root }).paths).toMatchObject({
      home: '/srv/x/y',
      output: '/srv/x/y/output',
    });
  });

  it('finds the files that a config names in the project, wherever one stands', () => {
    const root = project({
      'governor.config.json': { paths: { policies: 'p.json', catalogue: '/etc/c.json' }, planner: { recorded: 'r.json' } },
    });
    expect(readConfig({ env: {}, cwd: '/', root }).paths).toMatchObject({
      policies: join(root, 'p.json'),
      catalogue: '/etc/c.json',
      recorded: join(root, 'r.json'),
    });
  });
});

describe("the project's own files", () => {
  it('the sandbox config is right as it is and warns about nothing', () => {
    const settings = readConfig({ env: {} });
    expect(settings).toMatchObject({
      mode: 'sandbox',
      warnings: [],
      config: { hold_window_s: 5, cooldown_s: 5, planner: { use: 'recorded' } },
    });
  });

  it('.env.sample names every variable that is read, and no other', () => {
    const text = readFileSync(new URL('../.env.sample', import.meta.url), 'utf8');
    const named = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([...SECRET_VARIABLES, ...OUTSIDE_VARIABLES, ...OWN_VARIABLES].sort());
  });
});
