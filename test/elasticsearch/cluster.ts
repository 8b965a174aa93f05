import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { problemOf } from '../../pipeline/errors.ts';
import { createNode, type NodeOptions, type TestNode } from './node.ts';
import { SINGLE_NODE_SETTINGS, severalNodesSettings } from './node-settings.ts';
import { findTools, prepareNode } from './prepare.ts';

const START_MS_MAX = 120_000;
const LOOK_MS = 50;

export type ClusterOptions = {
  nodes?: number;
  /** Where data stays between starts; without it a temporary folder that `stop` removes. */
  dir?: string;
  /** Of the first node; 0 takes a free one. */
  port?: number;
  heap?: string;
  /** More flags of the JVM; later ones win. */
  jvm?: readonly string[];
  settings?: NodeOptions['settings'];
};

export type Ready = { nodes?: number; status?: 'yellow' | 'green' };

export type TestCluster = {
  /** Of the nodes that run. */
  readonly urls: string[];
  nodes: readonly TestNode[];
  /** Waits for that many nodes (those that run) and that status (yellow), with no shard on its way. */
  ready(wanted?: Ready): Promise<void>;
  /** Stops all nodes; a temporary folder goes with them. */
  stop(): Promise<void>;
};

const Health = z.object({ timed_out: z.boolean() });

/** Whether this machine can run nodes of its own, and what it lacks where it cannot. */
export const canStartCluster = (): { ok: true } | { ok: false; why: string } => {
  const found = findTools();
  return found.ok ? { ok: true } : found;
};

/** Real nodes of one cluster, ready to be asked. The first start on a machine fetches and compiles what they run from. */
export async function startCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const { nodes: count = 1, heap = '512m', port = 0, jvm = [], settings = {} } = options;
  const found = findTools();
  if (!found.ok) throw new Error(`no Elasticsearch node can be started: ${found.why}`);
  const prepared = await prepareNode(found.tools);
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'governor-elasticsearch-data-'));
  const names = Array.from({ length: count }, (_, index) => `n${index + 1}`);
  const shared = {
    prepared,
    heap,
    jvm,
    settings: { ...(count === 1 ? SINGLE_NODE_SETTINGS : severalNodesSettings(names)), ...settings },
    startMsMax: START_MS_MAX,
    onServing: () => tellAddresses(dir, nodes),
  };
  const nodes: TestNode[] = names.map((name, index) => {
    mkdirSync(join(dir, name, 'config'), { recursive: true });
    return createNode({ ...shared, name, dir: join(dir, name), port: index === 0 ? port : 0 });
  });
  const running = (): TestNode[] => nodes.filter((node) => node.running());
  const cluster: TestCluster = {
    get urls() {
      return running().map((node) => node.url);
    },
    nodes,
    ready: (wanted = {}) => untilReady(running(), wanted),
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
    await cluster.ready();
    return cluster;
  } catch (fault) {
    await Promise.all(nodes.map((node) => node.kill()));
    await cluster.stop();
    throw fault;
  }
}

/** Every node reads this file again about once a second. */
function tellAddresses(dir: string, nodes: readonly TestNode[]): void {
  const addresses = nodes.flatMap(({ transport }) => (transport === null ? [] : [`${transport}\n`])).join('');
  for (const { name } of nodes) writeFileSync(join(dir, name, 'config', 'unicast_hosts.txt'), addresses);
}

async function untilReady(running: readonly TestNode[], { nodes = running.length, status = 'yellow' }: Ready): Promise<void> {
  const [first] = running;
  if (first === undefined) throw new Error('no node of the cluster runs');
  const asked = new URL('/_cluster/health', first.url);
  const wanted = { wait_for_nodes: `${nodes}`, wait_for_status: status, wait_for_no_initializing_shards: 'true', timeout: '5s' };
  asked.search = new URLSearchParams(wanted).toString();
  const endMs = Date.now() + START_MS_MAX;
  for (let seen = 'no answer'; ; ) {
    try {
      const answer = await fetch(asked, { signal: AbortSignal.timeout(10_000) });
      seen = await answer.text();
      const health = Health.safeParse(JSON.parse(seen));
      if (answer.ok && health.success && !health.data.timed_out) return;
    } catch (fault) {
      seen = problemOf(fault);
    }
    if (Date.now() > endMs) throw new Error(`the cluster is not ready: ${seen}\n${first.logTail()}`);
    await sleep(LOOK_MS);
  }
}
