import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as NewClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as NewStdio } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aFolder, governor, onHome, spawnGovernor } from '../cli/governor.ts';
import { ROOT } from '../fixtures/child.ts';
import { answered, refused } from './stage.ts';

const plan = {
  proposed_action: 'restart_api_pods',
  rationale: 'It helped before.',
  key_claims: [],
  confidence_initial: 5,
  submission_key: 'one',
};

/** A home with one runbook, so that its service is known. */
async function aHome() {
  const home = onHome();
  const file = join(home.home, 'library.json');
  const runbook = {
    id: 'rb-1',
    service: 'pay-api',
    title: 'Restart the API',
    recommended_action: '',
    body: 'Restart the pods of the API.',
  };
  await import('node:fs/promises').then(({ mkdir, writeFile }) =>
    mkdir(home.home, { recursive: true }).then(() => writeFile(file, JSON.stringify({ runbooks: [runbook] }))),
  );
  expect((await home.run('load', '--data', file)).code).toBe(0);
  return home;
}

const serverOf = (home: string) => ({
  command: process.execPath,
  args: [join(ROOT, 'governor.mjs'), 'mcp'],
  env: { PATH: process.env.PATH ?? '', GOVERNOR_HOME: home, LOG_LEVEL: 'error' },
  stderr: 'pipe' as const,
});

describe('governor mcp', () => {
  test('serves a client of 2025 and one of 2026 from one home, each over its own pipes', async () => {
    const { home, json } = await aHome();
    const old = new OldClient({ name: 'older-agent', version: '1' });
    await old.connect(new OldStdio(serverOf(home)) as Parameters<OldClient['connect']>[0]);
    onTestFinished(() => old.close());
    const newer = new NewClient({ name: 'newer-agent', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await newer.connect(new NewStdio(serverOf(home)));
    onTestFinished(() => newer.close());

    expect((await old.listTools()).tools).toHaveLength(10);
    expect(newer.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const asked = { query: 'restart the API', service: 'pay-api' };
    for (const client of [old, newer]) expect((await answered(client, 'search_runbooks', asked)).document_ids).toEqual(['rb-1']);

    const incident = { service: 'pay-api', severity: 'high', summary: 'Errors on pay' };
    const taken = await answered(old, 'submit_plan', { ...incident, ...plan });
    expect(await answered(newer, 'submit_plan', { ...incident, ...plan })).toMatchObject({
      case_id: taken.case_id,
      fresh: false,
    });
    expect(await answered(newer, 'get_case', { case_id: taken.case_id })).toMatchObject({ state: 'detected', decision: null });
    expect((await refused(old, 'get_case', { case_id: 'inc-none' })).code).toBe('unknown_case');
    expect(await json('show', String(taken.case_id))).toMatchObject({
      state: 'detected',
      incident: { opened_by: 'mcp:older-agent' },
    });

    const lines = readFileSync(join(home, 'output', 'tool_trace.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).transport)).toEqual(Array.from({ length: 6 }, () => 'stdio'));
  });

  test('ends well when the caller closes its end, having written nothing but messages', async () => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    const child = spawnGovernor(['mcp'], { env: { GOVERNOR_HOME: aFolder() } });
    child.stdin.write(`${JSON.stringify(initialize)}\n`);
    const first = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
    expect(JSON.parse(first)).toMatchObject({ id: 1, result: { serverInfo: { name: 'safety-governor' } } });
    child.stdin.end();
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });

  test('with nothing to read it ends at once', async () => {
    expect(await governor(['mcp'], { env: { GOVERNOR_HOME: aFolder() }, input: '' })).toMatchObject({ code: 0, out: '' });
  });

  test('what is no message is passed over, and the next one is answered', async () => {
    const child = spawnGovernor(['mcp'], { env: { GOVERNOR_HOME: aFolder() } });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'ping' });
    child.stdin.write(`rubbish\n{"jsonrpc":\n[]\n${ping}\n`);
    const first = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
    expect(JSON.parse(first)).toMatchObject({ id: 7, result: {} });
  });
});
