import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { auditHead } from '../../src/audit/head.ts';
import { connectElastic } from '../../src/stores/elasticsearch/elastic.ts';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { startCluster, type TestCluster } from '../elasticsearch/cluster.ts';
import type { TestNode } from '../elasticsearch/node.ts';
import { describeWithOwnNodes } from '../elasticsearch/own-nodes.ts';
import { answersTo, seeAllThrough, seeThrough, typeUntilOpen, untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { eachOf, note } from '../fixtures/wait.ts';
import { startWitness } from '../fixtures/witness.ts';
import { openYard, yardCase } from '../fixtures/yard.ts';

const CASES = 30;
const AT_ONCE = 6;
const ENDED_BEFORE = 5;
const NUMBERS = Array.from({ length: CASES }, (_, number) => number);
const LIMIT_MS = 180_000;
const TYPING = { user: 'visitor', limitMs: LIMIT_MS };
const ON_ITS_WAY_MS = 500;
const PREFIX = 'primary-';
/** A busy machine is no reason for an executor to refuse what comes late. */
const CONFIG = { dispatch_s: 30 };

const Shards = z.array(z.object({ prirep: z.string(), node: z.string().nullable() }));

async function primaryOf(cluster: TestCluster, alias: string): Promise<TestNode> {
  const elastic = await connectElastic({ url: cluster.urls.join(','), apiKey: null, timeoutMs: 10_000 });
  try {
    const listed = await elastic.ask('shards', (to) => to.cat.shards({ index: alias, format: 'json', h: ['prirep', 'node'] }));
    const name = Shards.parse(listed).find(({ prirep }) => prirep === 'p')?.node;
    const node = cluster.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error('the log has no primary');
    return node;
  } finally {
    await elastic.close();
  }
}

const ranIn = (effects: readonly { case_id: string }[], caseId: string): number =>
  effects.filter(({ case_id }) => case_id === caseId).length;

describeWithOwnNodes('three nodes and two governors', () => {
  let cluster: TestCluster | null = null;
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.close();
    await cluster?.stop();
    [stage, cluster] = [null, null];
  });

  test(`the node with the log’s primary is killed in the midst of ${CASES} cases: nothing acknowledged is lost, nothing runs twice, every case ends rightly`, async () => {
    const nodes = await startCluster({ nodes: 3, heap: '256m' });
    cluster = nodes;
    const two = await openYard(CASES, { apps: 2, config: CONFIG, cluster: { url: nodes.urls.join(','), prefix: PREFIX } });
    stage = two;
    const alias = indexNamesOf({ prefix: PREFIX, indices: {} }).log;
    await nodes.ready({ nodes: 3, status: 'green' });
    const witness = startWitness(two.store.caseLog);

    let ended = 0;
    const playing = eachOf(NUMBERS, AT_ONCE, async (number) => {
      const { caseId } = await typeUntilOpen(two, yardCase(number, number % 2 === 0 ? 'high' : 'low'), TYPING);
      expect((await seeThrough(two, caseId, LIMIT_MS)).status, two.report()).toBe('resolved');
      ended += 1;
    });
    const killing = (async () => {
      await two.until('some cases to end', () => ended >= ENDED_BEFORE, { limitMs: LIMIT_MS });
      const head = await auditHead(two.store.audit);
      // Whatever the head saw on its way to the other copy has been acknowledged by then.
      await new Promise((resolve) => setTimeout(resolve, ON_ITS_WAY_MS));
      const acknowledged = witness.acknowledged();
      const primary = await primaryOf(nodes, alias);
      const killedAt = Date.now();
      await primary.kill();
      await two.until('writes to go on', () => witness.acknowledged() > acknowledged + 4, { limitMs: LIMIT_MS });
      note(`the primary was killed after ${acknowledged} acknowledged entries; writes went on after ${Date.now() - killedAt} ms`);
      await two.until('cases to go on', () => ended >= CASES / 2, { limitMs: LIMIT_MS });
      await primary.start();
      return head;
    })();
    const [head] = await Promise.all([killing, playing]);
    await witness.stop();
    await two.log.readAnew();
    await seeAllThrough(two, LIMIT_MS);
    await untilTold(two, LIMIT_MS, { asked: false });

    const anew = await two.openStoreAnew();
    try {
      expect(await witness.missingIn(anew.store.caseLog)).toEqual([]);
      expect(await problemsOf({ ...two, store: anew.store }, head), two.report()).toEqual([]);
    } finally {
      await anew.close();
    }
    const effects = await two.control.effects();
    const wrong = two.log.states().filter(({ caseId, status }) => status !== 'resolved' || ranIn(effects, caseId) !== 1);
    expect(
      wrong.map(({ caseId, status }) => `${caseId} is ${status} and ran ${ranIn(effects, caseId)} times`),
      two.report(),
    ).toEqual([]);
    const known = new Set(two.log.states().map(({ caseId }) => caseId));
    const { opened } = await answersTo(two, TYPING.user);
    expect(opened.length).toBeGreaterThanOrEqual(CASES);
    expect(opened.filter((caseId) => !known.has(caseId))).toEqual([]);
    await nodes.ready({ nodes: 3, status: 'green' });
  });
});
