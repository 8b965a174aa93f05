import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, type ElicitResult, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GovernorConfig } from '../../../contracts/config.ts';
import { listen } from '../../../src/http/server.ts';
import { createMcpHttp } from '../../../src/mcp/http.ts';
import { mcpStage } from '../stage.ts';
import { fixtureFactory } from './fixture-server.ts';
import { runConformance } from './run-tool.ts';

const RUN_MS_MAX = 90_000;
const SCENARIOS = 32;
const OUR_TOOLS = fileURLToPath(new URL('our-tools.yml', import.meta.url));
const ALL_FEATURES = fileURLToPath(new URL('all-features.yml', import.meta.url));

/** More than the suite sends at once: it is the protocol that is tried here, not the pace. */
const UNHURRIED = { ...GovernorConfig.parse({}).mcp, requests_per_minute: 100_000, burst: 10_000 };

/** The fixture server behind the same door as our own, without a token, because the suite cannot send one. */
async function fixtureUrl(): Promise<URL> {
  const logged = { error: () => undefined, warn: () => undefined };
  const door = { token: null, host: '127.0.0.1', limits: UNHURRIED, clock: { now: Date.now }, log: logged };
  const mcp = createMcpHttp(door, async () => fixtureFactory);
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [mcp.handle] });
  onTestFinished(async () => {
    await mcp.close();
    await server.close(0);
  });
  return new URL('/mcp', server.url);
}

/** Our own ten tools, to be called without a token for the same reason. */
const ourUrl = async (): Promise<URL> => (await mcpStage({ mcp: { token: null, limits: UNHURRIED } })).url;

const baselined = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^ {2}- ([\w-]+)/gm)].map(([, name = '']) => name);

describe('the protocol’s own conformance suite', () => {
  test(
    'finds nothing in our server but what it does not have, and no scenario changes sides unnoticed',
    async () => {
      const { code, out, scenarios } = await runConformance(await ourUrl(), OUR_TOOLS);
      expect(code, out).toBe(0);
      expect(scenarios).toHaveLength(SCENARIOS);
      const known = baselined(OUR_TOOLS);
      const good = scenarios.filter(({ name }) => !known.includes(name));
      expect(good.map(({ name, passed }) => `${name} ${passed}`)).toEqual([
        'server-initialize 1',
        'ping 1',
        'tools-list 1',
        'dns-rebinding-protection 2',
      ]);
    },
    RUN_MS_MAX,
  );

  test(
    'finds nothing in a server with every feature behind our door but what needs sessions',
    async () => {
      const { code, out, scenarios } = await runConformance(await fixtureUrl(), ALL_FEATURES);
      expect(code, out).toBe(0);
      expect(scenarios).toHaveLength(SCENARIOS);
      const known = baselined(ALL_FEATURES);
      for (const { name, passed, failed } of scenarios.filter((one) => !known.includes(one.name)))
        expect({ name, failed, checked: passed > 0 }).toEqual({ name, failed: 0, checked: true });
    },
    RUN_MS_MAX,
  );

  test.each<[string, () => Promise<URL>, string, string]>([
    ['passes what is listed', fixtureUrl, OUR_TOOLS, 'Stale baseline entries'],
    ['fails what is not listed', ourUrl, ALL_FEATURES, 'Unexpected failures'],
  ])(
    'fails the test for a server that %s',
    async (_what, urlOf, baseline, words) => {
      const { code, out } = await runConformance(await urlOf(), baseline);
      expect(code).toBe(1);
      expect(out).toContain(words);
    },
    RUN_MS_MAX,
  );

  test.each([OUR_TOOLS, ALL_FEATURES])('each exception has its reason: %#', (file) => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('  - '));
    expect(lines.length).toBe(baselined(file).length);
    for (const line of lines) expect(line).toMatch(/^ {2}- [\w-]+ # \S.{5,}$/);
  });
});

describe('what the older protocol needs sessions for', () => {
  test.each<[string, Record<string, unknown>, ElicitResult]>([
    [
      'test_elicitation',
      { message: 'Who are you?' },
      { action: 'accept', content: { username: 'ann', email: 'ann@example.org' } },
    ],
    ['test_elicitation_sep1034_defaults', {}, { action: 'decline' }],
    ['test_elicitation_sep1330_enums', {}, { action: 'cancel' }],
  ])('the newer one does without them: %s', async (name, input, answer) => {
    const client = new Client(
      { name: 'asks-its-person', version: '1' },
      { versionNegotiation: { mode: 'auto' }, capabilities: { elicitation: { form: {} } } },
    );
    client.setRequestHandler('elicitation/create', async () => answer);
    await client.connect(new StreamableHTTPClientTransport(await fixtureUrl()));
    onTestFinished(() => client.close());
    const { content, isError } = await client.callTool({ name, arguments: input });
    expect(isError).not.toBe(true);
    expect(content).toMatchObject([{ text: expect.stringContaining(JSON.stringify(answer).slice(1, -1)) }]);
  });
});
