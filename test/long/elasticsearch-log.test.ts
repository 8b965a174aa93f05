import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Entry } from '../../contracts/entry.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { connectElastic, type Elastic } from '../../src/stores/elasticsearch/elastic.ts';
import { type IndexNames, indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { applySetup, planSetup } from '../../src/stores/elasticsearch/setup.ts';
import type { Store } from '../../src/stores/store.ts';
import { startCluster, type TestCluster } from '../elasticsearch/cluster.ts';
import { describeWithOwnNodes } from '../elasticsearch/own-nodes.ts';
import { note as say, waitFor } from '../fixtures/wait.ts';
import { LOG_ROLES, note, openOn } from '../stores/elasticsearch/log-stage.ts';

const WRITERS = 4;
const ROUNDS = 3;
const OWN_CASES = 6;
const SHARED = ['case-shared-1', 'case-shared-2'];
const TIMEOUT_MS = 3_000;
/** For preparing and for looking, which prove nothing about speed. */
const UNHURRIED_MS = 30_000;

const Shards = z.array(z.object({ prirep: z.string(), state: z.string(), node: z.string().nullable() }));

describeWithOwnNodes('the log on three nodes', () => {
  let cluster: TestCluster;
  let elastic: Elastic;
  let names: IndexNames;
  const acknowledged: Entry[] = [];
  const faults: string[] = [];
  let longestGapMs = 0;

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 3, heap: '256m' });
    elastic = await connect(UNHURRIED_MS);
    names = indexNamesOf({ prefix: 't-long-', indices: {} });
    await applySetup(elastic, await planSetup(elastic, names, LOG_ROLES), { addFields: false });
    await cluster.ready({ nodes: 3, status: 'green' });
  }, 180_000);
  afterAll(async () => {
    await elastic.close();
    await cluster.stop();
  });

  const connect = (timeoutMs: number): Promise<Elastic> =>
    connectElastic({ url: cluster.nodes.map(({ url }) => url).join(','), apiKey: null, timeoutMs });

  const primaryNode = async (): Promise<string | null> => {
    const raw = await elastic.ask('shards', (to) =>
      to.cat.shards({ index: names.log, format: 'json', h: ['prirep', 'state', 'node'] }),
    );
    return Shards.parse(raw).find(({ prirep, state }) => prirep === 'p' && state === 'STARTED')?.node ?? null;
  };

  /** Appends at the end of one of the cases, as a process does that another one may overtake. */
  const appendOnce = async (store: Store, caseId: string, writer: number): Promise<void> => {
    const seq = (await store.caseLog.read(caseId)).length;
    const appended = await store.caseLog.append(caseId, seq, note(`writer ${writer}`), {
      entryId: randomUUID(),
      at: new Date().toISOString(),
      open: true,
    });
    if (appended.ok) acknowledged.push(appended.entry);
  };

  const writeUntil = async (store: Store, writer: number, isOver: () => boolean): Promise<void> => {
    const cases = [...Array.from({ length: OWN_CASES }, (_, at) => `case-${writer}-${at}`), ...SHARED];
    let lastMs = performance.now();
    for (let turn = 0; !isOver(); turn += 1) {
      try {
        await appendOnce(store, cases[turn % cases.length] ?? 'case-none', writer);
        longestGapMs = Math.max(longestGapMs, performance.now() - lastMs);
        lastMs = performance.now();
      } catch (fault) {
        // A caller that gets a fault comes again; anything but a fault of the store is a fault of the test.
        if (!(fault instanceof GovernorError)) throw fault;
        faults.push(fault.code);
        await sleep(20);
      }
    }
  };

  test('killing the node of the primary, again and again, loses no acknowledged entry and doubles none', async () => {
    const connections = await Promise.all(Array.from({ length: WRITERS }, () => connect(TIMEOUT_MS)));
    const stores = await Promise.all(connections.map((connection) => openOn(connection, names)));
    let over = false;
    const writing = Promise.all(stores.map((store, writer) => writeUntil(store, writer, () => over)));
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(2_000);
      const name = await waitFor('a primary', primaryNode);
      const node = cluster.nodes.find((one) => one.name === name);
      const before = acknowledged.length;
      await node?.kill();
      await waitFor('writes after the kill', () => acknowledged.length > before + 50);
      await sleep(1_000);
      await node?.start();
      await cluster.ready({ nodes: 3, status: 'green' });
    }
    over = true;
    await writing;
    say(`${acknowledged.length} acknowledged, ${faults.length} faults told, longest gap ${Math.round(longestGapMs)} ms`);

    const logs = new Map<string, Entry[]>();
    const fresh = await openOn(elastic, names);
    for (const { case_id } of await fresh.caseLog.heads()) logs.set(case_id, await fresh.caseLog.read(case_id));
    const missing = acknowledged.filter((entry) => logs.get(entry.case_id)?.[entry.seq]?.hash !== entry.hash);
    expect(missing).toEqual([]);
    const uuids = [...logs.values()].flat().map((entry) => entry.entry_id);
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(new Set(acknowledged.map((entry) => `${entry.case_id}:${entry.seq}`)).size).toBe(acknowledged.length);
    expect(await verifyAudit(fresh.audit)).toMatchObject({ ok: true });
    expect(new Set(await fresh.caseLog.openCases())).toEqual(new Set(logs.keys()));
    expect(faults.filter((code) => code === 'log_broken')).toEqual([]);

    await Promise.all([...stores, fresh].map((store) => store.close()));
    await Promise.all(connections.map((connection) => connection.close()));
  }, 300_000);
});
