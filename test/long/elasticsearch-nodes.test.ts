import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { startCluster, type TestCluster } from '../elasticsearch/cluster.ts';
import { describeWithOwnNodes } from '../elasticsearch/own-nodes.ts';
import { waitFor } from '../fixtures/wait.ts';

const SILENCE_MS = 500;
const Count = z.object({ count: z.int() });
const Shards = z.array(z.object({ prirep: z.string(), node: z.string().nullable() }));

/** Asks a node as any client would. */
async function ask(url: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: answer.status, body: await answer.json() };
}
const countAt = async (url: string): Promise<number> => {
  await ask(url, 'POST', '/kept/_refresh');
  return Count.parse((await ask(url, 'GET', '/kept/_count')).body).count;
};
const nobodyRuns = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describeWithOwnNodes('nodes that a test starts', () => {
  let cluster: TestCluster | null = null;
  const started = async (nodes: number): Promise<TestCluster> => {
    cluster = await startCluster({ nodes, heap: '256m' });
    return cluster;
  };
  afterEach(async () => {
    await cluster?.stop();
    cluster = null;
  });

  test('keep their address and every acknowledged document over SIGKILL and a new start', async () => {
    const { nodes, ready, urls } = await started(1);
    const [node, url] = [nodes[0]!, urls[0]!];
    for (let number = 0; number < 20; number += 1)
      expect((await ask(url, 'PUT', `/kept/_create/${number}`, { number })).status).toBe(201);
    const before = node.pid;
    await node.kill();
    expect(node.running()).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
    await node.start();
    await ready();
    expect(node.url).toBe(url);
    expect(node.pid).not.toBe(before);
    expect(await countAt(url)).toBe(20);
  });

  test('answer nothing while they are stopped, and go on where they were', async () => {
    const { nodes, urls } = await started(1);
    const [node, url] = [nodes[0]!, urls[0]!];
    node.pause();
    await expect(fetch(url, { signal: AbortSignal.timeout(SILENCE_MS) })).rejects.toThrow();
    node.resume();
    expect((await ask(url, 'GET', '/')).status).toBe(200);
  });

  test('end by themselves when the process that started them is killed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'governor-elasticsearch-data-'));
    const module = join(import.meta.dirname, '..', 'elasticsearch', 'cluster.ts');
    const script = `import { startCluster } from ${JSON.stringify(module)};
      const { nodes } = await startCluster({ heap: '256m', dir: ${JSON.stringify(dir)} });
      process.stdout.write(String(nodes[0].pid));`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [told] = await once(parent.stdout, 'data');
    const pid = Number(String(told));
    expect(nobodyRuns(pid)).toBe(false);
    parent.kill('SIGKILL');
    await waitFor('the node to end with its parent', () => nobodyRuns(pid));
    rmSync(dir, { recursive: true });
  });

  test('three of them are one cluster: the one with the primary is killed, and writes go on with nothing lost', async () => {
    const { nodes, ready, urls } = await started(3);
    const url = urls[0]!;
    const settings = { number_of_shards: 1, number_of_replicas: 1, 'index.unassigned.node_left.delayed_timeout': '0s' };
    await ask(url, 'PUT', '/kept', { settings });
    await ready({ nodes: 3, status: 'green' });
    for (let number = 0; number < 50; number += 1) await ask(url, 'PUT', `/kept/_create/${number}`, { number });

    const shards = Shards.parse((await ask(url, 'GET', '/_cat/shards/kept?format=json')).body);
    const primary = nodes.find(({ name }) => name === shards.find(({ prirep }) => prirep === 'p')?.node)!;
    await primary.kill();
    const other = nodes.find((node) => node.running())!.url;
    expect((await ask(other, 'PUT', '/kept/_create/after', { number: 50 })).status).toBe(201);
    await ready({ nodes: 2, status: 'green' });
    expect(await countAt(other)).toBe(51);

    await primary.start();
    await ready({ nodes: 3, status: 'green' });
    expect(await countAt(primary.url)).toBe(51);
  });
});
