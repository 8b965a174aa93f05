import { expect, test } from 'vitest';
import { startCluster } from '../elasticsearch/cluster.ts';
import { describeWithOwnNodes } from '../elasticsearch/own-nodes.ts';
import { startProxy } from '../elasticsearch/proxy.ts';
import { BUSY, HANGING, KILLED, LOST, type Outage, playOutage, STOPPED } from '../fixtures/outages.ts';
import { openYard } from '../fixtures/yard.ts';

const CASES = 50;
const SHORT_MS = 5_000;
const LONG_MS = 60_000;
/** A busy machine is no reason for an executor to refuse what comes late. */
const CONFIG = { dispatch_s: 30 };

async function play(outage: Outage, forMs: number, apps: number): Promise<void> {
  const cluster = await startCluster({ heap: '256m' });
  const node = cluster.nodes[0];
  if (node === undefined) throw new Error('the cluster has no node');
  const proxy = await startProxy(node.url);
  try {
    const stage = await openYard(CASES, {
      apps,
      config: CONFIG,
      cluster: { url: proxy.url, seenAt: node.url, prefix: 'outage-' },
    });
    try {
      await stage.until('all to be connected', async () => (await stage.control.connections()) === apps);
      await playOutage(stage, { node, proxy }, outage, forMs, CASES);
      expect(stage.apps(), 'nobody had to be started again').toHaveLength(apps);
    } finally {
      await stage.close();
    }
  } finally {
    await proxy.close();
    await cluster.stop();
  }
}

describeWithOwnNodes(`an outage of the cluster in the midst of ${CASES} incidents`, () => {
  test.for([STOPPED, KILLED, BUSY, HANGING, LOST])(
    'of 5 s, $name: nothing runs without evidence, everybody is told, and all goes on by itself',
    async (outage) => {
      await play(outage, SHORT_MS, 2);
    },
  );

  test.concurrent.for([STOPPED, KILLED])(
    'of 60 s, $name: nothing runs without evidence, everybody is told, and all goes on by itself',
    async (outage) => {
      await play(outage, LONG_MS, 1);
    },
  );
});
