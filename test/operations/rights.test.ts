import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { checkCluster } from '../../src/operations/check-cluster.ts';
import { READER, type Rights, RUNTIME, SETUP } from '../../src/operations/rights.ts';
import { connectElastic } from '../../src/stores/elasticsearch/elastic.ts';
import { createElasticLibrary } from '../../src/stores/elasticsearch/library.ts';
import { openElasticStore } from '../../src/stores/elasticsearch/store.ts';
import { createElasticTelemetry } from '../../src/telemetry/elasticsearch.ts';
import { governor } from '../cli/governor.ts';
import { onCluster } from '../cli/on-cluster.ts';
import { describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { anIncident } from '../fixtures/builders.ts';
import { silentLog as log } from '../outward/silent-log.ts';
import { guardedCluster } from './guarded-cluster.ts';

vi.setConfig({ testTimeout: 90_000 });

const SERVICES = { 'payments-api': { hosts: ['pay.shop.example'] } };

describeWithElasticsearch('the keys of docs/elasticsearch.md are enough for what the governor asks of its cluster', (url) => {
  const { names, env, run, prefix } = onCluster({ services: SERVICES });
  const config = GovernorConfig.parse({ elasticsearch: { prefix, services: SERVICES } });

  /** A store behind a door that knows only these rights. */
  const openWith = async (rights: Rights) => {
    const guarded = await guardedCluster(url, names, rights);
    const elastic = await connectElastic({ url: guarded.url, apiKey: null, timeoutMs: 5_000 });
    const library = createElasticLibrary({ elastic, names, now: Date.now, log });
    const store = await openElasticStore({ elastic, names, library, now: Date.now, log });
    const telemetry = createElasticTelemetry({ elastic, names, config: config.elasticsearch, clock: { now: Date.now } });
    const close = async (): Promise<void> => {
      await store.close();
      await elastic.close();
    };
    return { ...guarded, elastic, library, store, telemetry, close };
  };

  const look = async ({ store, library, telemetry }: Awaited<ReturnType<typeof openWith>>): Promise<void> => {
    await store.caseLog.read('case-1');
    await store.caseLog.openCases();
    await store.caseLog.list(10);
    await store.caseLog.heads();
    expect(await verifyAudit(store.audit)).toMatchObject({ ok: true });
    expect(await library.searchRunbooks('restart the pods', 'payments-api', 3)).not.toEqual([]);
    await library.searchEvidence('restart the pods', 'payments-api', 3);
    await library.candidates({ service: 'payments-api', stance: 'contradict', words: ['restart'] });
    expect(await library.policies('payments-api')).not.toEqual([]);
    expect(await library.get(['ev-101'])).toHaveLength(1);
    await library.fresh();
    await library.services();
    await library.counts();
    const to = new Date(Date.now() - 60_000).toISOString();
    const figures = await telemetry.figures('payments-api', { from: new Date(Date.parse(to) - 3_600_000).toISOString(), to });
    for (const id of figures?.sample_ids.slice(0, 1) ?? []) expect(await telemetry.logLine(id)).not.toBeNull();
  };

  test('the setup key makes everything, loads, purges and rebuilds', async () => {
    const { url: door, denied } = await guardedCluster(url, names, SETUP);
    const through = { ...env, ELASTICSEARCH_URL: door };
    for (const args of [
      ['load', '--sample', '--days', '1'],
      ['purge', 'samples', '--yes'],
      ['load', '--sample', '--days', '1'],
      ['rebuild'],
    ])
      expect(await governor(args, { env: through })).toMatchObject({ code: 0 });
    expect(denied).toEqual([]);
  });

  test('the runtime key does all that a running governor does, and every right of it is used', async () => {
    const opened = await openWith(RUNTIME);
    const { store, library, elastic, denied, used } = opened;
    const options = { entryId: randomUUID(), at: new Date().toISOString(), open: true };
    const body = { kind: 'incident_opened', incident: anIncident(), channel: 'incidents', intake_key: 'case-1' } as const;
    expect(await store.caseLog.append('case-1', 0, body, options)).toMatchObject({ ok: true });
    expect(await store.caseLog.lease('case-1', 'here', 4_000)).toBe(true);
    const other = await openWith(RUNTIME);
    expect(await other.store.caseLog.lease('case-1', 'there', 4_000)).toBe(false);
    await other.close();
    await store.caseLog.unlease('case-1', 'here');
    expect(await store.caseLog.healthy()).toEqual({ ok: true });
    await library.put([
      { kind: 'runbook', id: 'rb-learned', service: '*', title: 'Learned', recommended_action: '', body: 'So.' },
    ]);
    await look(opened);
    await checkCluster({ elastic, names, config, now: Date.now });
    await opened.close();
    expect([...denied, ...other.denied]).toEqual([]);
    const unused = Object.entries(RUNTIME.indices).flatMap(([role, rights]) =>
      rights.map((right) => `${right} ${role}`).filter((right) => !used.has(right) && !other.used.has(right)),
    );
    // Executions are written once something ran, which no store does by itself.
    expect(unused.filter((right) => !right.endsWith(' executions'))).toEqual([]);
  });

  test('the reader key sees everything and writes nothing', async () => {
    const opened = await openWith(READER);
    await look(opened);
    expect(opened.denied).toEqual([]);
    const body = { kind: 'failed', step: 'plan', problem: 'no' } as const;
    const options = { entryId: randomUUID(), at: new Date().toISOString(), open: false };
    await expect(opened.store.caseLog.append('case-1', 1, body, options)).rejects.toMatchObject({ code: 'store_refuses' });
    await expect(opened.library.remove('ev-101')).rejects.toMatchObject({ code: 'store_refuses' });
    await opened.close().catch(() => undefined);
    expect(await run('documents', 'get', 'ev-101')).toMatchObject({ code: 0 });
  });
});
