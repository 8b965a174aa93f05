import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { hostSandbox } from './host.ts';

const Environment = z.record(z.string(), z.string());
type Child = { process: ChildProcess; environment: Record<string, string> };

let home: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'governor-kill-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

async function startChild(): Promise<Child> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), home], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { process: child, environment: Environment.parse(JSON.parse(String(line))) };
}
async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await once(child.process, 'exit');
}
async function post(child: Child, path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${child.environment.SLACK_BOT_TOKEN}` };
  const response = await fetch(`${child.environment.SANDBOX_URL}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return z.looseObject({}).parse(await response.json());
}
async function get(child: Child, path: string): Promise<Record<string, unknown>> {
  return z.looseObject({}).parse(await (await fetch(`${child.environment.SANDBOX_URL}${path}`)).json());
}
const notAfter = (): string => new Date(Date.now() + 60_000).toISOString();

test('everything that was answered is still there after a kill, with the same tokens', async () => {
  const before = await startChild();
  const posted = await post(before, '/api/chat.postMessage', {
    channel: 'incidents',
    text: 'card',
    metadata: { event_type: 'card', event_payload: { n: 1 } },
  });
  await post(before, '/api/chat.postEphemeral', { channel: 'incidents', user: 'U0000LEAD', text: 'only you' });
  await post(before, '/_control/reply', { user: 'oncall', thread_ts: posted.ts, text: 'APPROVE' });
  await post(before, '/api/views.publish', {
    user_id: 'U0000LEAD',
    view: { type: 'home', blocks: [{ type: 'divider', block_id: 'd' }] },
  });
  await post(before, '/executor/run', { key: 'k', action: 'a', parameters: {}, case_id: 'c', not_after: notAfter() });
  await post(before, '/tickets', { case_id: 'c', service: 's', severity: 'low', summary: 'sum', text: 't' });
  await post(before, '/_control/world', { services: [{ service: 'cdn-edge', error_rate: 0.3 }] });
  await kill(before);

  const after = await startChild();
  expect(after.environment.SLACK_BOT_TOKEN).toBe(before.environment.SLACK_BOT_TOKEN);
  expect((await get(after, '/_control/messages')).messages).toMatchObject([
    { text: 'card', reply_count: 1, metadata: { event_payload: { n: 1 } } },
    { text: 'only you', ephemeral_to: 'lead' },
    { text: 'APPROVE', thread_ts: posted.ts },
  ]);
  expect((await get(after, '/_control/views?user=lead')).views).toMatchObject([{ type: 'home', blocks: [{ block_id: 'd' }] }]);
  expect((await get(after, '/_control/executions')).executions).toMatchObject([{ key: 'k' }]);
  expect((await get(after, '/_control/tickets')).tickets).toMatchObject([{ key: 'SIM-1' }]);
  expect(JSON.stringify(await get(after, '/_control/world'))).toContain('"error_rate":0.3');
  expect((await get(after, '/_control/idle')).waiting_for).toEqual(['events without an acknowledgement']);
  const calls = (await get(after, '/_control/calls')).calls;
  expect(Array.isArray(calls) && calls.length).toBe(3);
});

test('whatever moment it is killed at, an answered execution is in the ledger and timestamps never repeat', async () => {
  const answered: string[] = [];
  const seen: unknown[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = await startChild();
    const load = Array.from({ length: 40 }, async (_, index) => {
      const key = `${round}-${index}`;
      await post(child, '/executor/run', { key, action: 'a', parameters: {}, case_id: 'c', not_after: notAfter() });
      answered.push(key);
      seen.push((await post(child, '/api/chat.postMessage', { channel: 'incidents', text: key })).ts);
    });
    await Promise.any(load);
    await kill(child);
    await Promise.allSettled(load);
  }
  const last = await startChild();
  const executions = z.array(z.looseObject({ key: z.string() })).parse((await get(last, '/_control/executions')).executions);
  expect(executions.map(({ key }) => key)).toEqual(expect.arrayContaining(answered));
  expect(new Set(seen).size).toBe(seen.length);
  expect(answered.length).toBeGreaterThan(0);
});

test('a second sandbox on the same home is refused', async () => {
  const first = await hostSandbox({ home });
  await expect(hostSandbox({ home })).rejects.toThrow('another sandbox may be using it');
  await first.close();
});
