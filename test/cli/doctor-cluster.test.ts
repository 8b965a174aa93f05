import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { aFolder, governor, looksCrashed } from './governor.ts';
import { ask, indicesOf, onCluster } from './on-cluster.ts';
import { elasticAnswer, elasticRefusal, type Script, scriptedServer } from './scripted-server.ts';

// Each of these starts several processes one after the other, beside whatever else this machine does.
vi.setConfig({ testTimeout: 90_000 });

const Findings = z.array(
  z.strictObject({ check: z.string(), ok: z.boolean(), found: z.string(), fix: z.string().min(10).nullable() }),
);

async function examined(env: Record<string, string>) {
  const answer = await governor(['doctor', '--json'], { env });
  expect(looksCrashed(answer), answer.err).toBe(false);
  const all = Findings.parse(JSON.parse(answer.out));
  // Whatever is broken comes with its fix.
  for (const { ok, fix, check } of all) if (!ok) expect(fix, check).not.toBeNull();
  const named = (name: string) => all.find(({ check }) => check === name);
  return { code: answer.code, all, named, wrong: all.filter(({ ok }) => !ok).map(({ check }) => check) };
}

/** A governor whose cluster is the scripted one. */
async function against(script: Script) {
  return examined({ GOVERNOR_HOME: aFolder(), ELASTICSEARCH_URL: await scriptedServer(script) });
}

const WITHOUT_CLUSTER = ['Elasticsearch', 'store'];

test('an address where nobody listens is found, and nothing more is asked', async () => {
  const { code, named, wrong } = await examined({ GOVERNOR_HOME: aFolder(), ELASTICSEARCH_URL: 'http://127.0.0.1:9' });
  expect({ code, wrong }).toEqual({ code: 1, wrong: WITHOUT_CLUSTER });
  expect(named('Elasticsearch')?.found).toMatch(/^no answer: /);
  expect(named('Elasticsearch')?.fix).toContain('ELASTICSEARCH_URL');
});

test.each<[string, Script, RegExp]>([
  [
    'another product that answers well',
    () => ({ status: 200, body: { hello: 'world' } }),
    /does not say that it is Elasticsearch/,
  ],
  ['another product that knows no such page', () => ({ status: 404 }), /not as Elasticsearch does|does not say/],
  ['a proxy that refuses', () => ({ status: 502 }), /502|not as Elasticsearch does/],
  ['a key that is not accepted', () => elasticRefusal(401, 'security_exception'), /the key is not accepted \(401\)/],
  [
    'a version that is too old',
    () => elasticRefusal(400, 'media_type_header_exception'),
    /is older than version 9 and refuses this client/,
  ],
  [
    'an old version that answers all the same',
    () => elasticAnswer({ cluster_name: 'old', version: { number: '8.19.1' } }),
    /^8\.19\.1, cluster old$/,
  ],
])('%s is found, with its fix', async (_claim, script, found) => {
  const { code, named, wrong } = await against(script);
  expect({ code, wrong }).toEqual({ code: 1, wrong: WITHOUT_CLUSTER });
  expect(named('Elasticsearch')?.found).toMatch(found);
});

test('a key that may ask nothing at all crashes nothing, and no right is taken as there', async () => {
  const { code, named, all } = await against(() => elasticRefusal(403, 'security_exception'));
  expect(code).toBe(1);
  expect(named('Elasticsearch')).toMatchObject({ ok: true, found: 'answers, but this key may not ask for its version' });
  for (const check of ['indices', 'health', 'rights'])
    expect(named(check)).toMatchObject({ ok: true, found: expect.stringMatching(/^not checked: /), fix: expect.any(String) });
  expect(named('store')).toMatchObject({ ok: false, found: 'not opened' });
  expect(all.map(({ check }) => check)).not.toContain('clock');
});

test('the key is not told', async () => {
  const url = await scriptedServer(() => elasticRefusal(401, 'security_exception'));
  const env = { GOVERNOR_HOME: aFolder(), ELASTICSEARCH_URL: url, ELASTICSEARCH_API_KEY: 'very-secret-indeed-0123456789' };
  const answer = await governor(['doctor'], { env });
  expect(answer.out + answer.err).not.toContain('very-secret-indeed');
});

describeWithElasticsearch('doctor on a cluster', (url) => {
  const { prefix, names, run, env } = onCluster({ services: { 'payments-api': { hosts: ['pay.shop.example'] } } });

  test('what is missing is found with its fix, and nothing is made by looking', async () => {
    const { code, wrong, named } = await examined(env);
    expect(code).toBe(1);
    const missing = [names.runbooks, names.evidence, names.policies, names.log, names.cases, names.executions, names.leases];
    expect(wrong).toEqual([...missing, 'store']);
    expect(named(names.log)).toMatchObject({ found: 'no such index', fix: expect.stringContaining('governor load --setup') });
    expect(named(names.logs)).toMatchObject({ ok: true, found: 'no such index', fix: expect.stringContaining('--logs') });
    expect(await indicesOf(prefix)).toEqual([]);
  });

  test('a whole installation is found whole', async () => {
    await run('load', '--sample', '--days', '1');
    const { code, wrong, all, named } = await examined(env);
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    expect(all.map(({ check }) => check)).toEqual([
      'Node',
      'config',
      'Elasticsearch',
      ...[names.runbooks, names.evidence, names.policies, names.log, names.cases, names.executions, names.leases, names.logs],
      'health',
      'rights',
      'clock',
      'log map',
      'telemetry',
      'store',
      'audit',
      'approvers',
      'library',
      'executors',
      'Slack',
    ]);
    expect(named('telemetry')?.found).toMatch(/^\d+ lines in the last 300 s/);
    const { out } = await run('doctor');
    for (const line of out.trimEnd().split('\n')) expect(line).toMatch(/^(?:ok |tip|FIX) {2}\S|^ {7}/);
  });

  test('a right that the key lacks is named with its index; one for doctor alone is no fault', async () => {
    const granted = (right: string, index: string): boolean => right !== 'create_doc' || index !== names.log;
    const answer = async (cluster: boolean, rights: (right: string, index: string) => boolean) => {
      const asked = ['read', 'view_index_metadata', 'maintenance', 'index', 'delete', 'create_doc'];
      const index = Object.fromEntries(
        Object.values(names).map((name) => [name, Object.fromEntries(asked.map((right) => [right, rights(right, name)]))]),
      );
      const body = { has_all_requested: false, username: 'x', cluster: { monitor: cluster }, index, application: {} };
      const proxy = await scriptedServer(
        (path) => (path === '/_security/user/_has_privileges' ? elasticAnswer(body) : null),
        url,
      );
      return examined({ ...env, ELASTICSEARCH_URL: proxy });
    };
    const lacking = await answer(true, granted);
    expect(lacking.wrong).toEqual(['rights']);
    expect(lacking.named('rights')?.found).toBe(`the key lacks create_doc on ${names.log}`);
    const unseeing = await answer(false, () => true);
    expect(unseeing.wrong).toEqual([]);
    expect(unseeing.named('rights')).toMatchObject({ found: expect.stringContaining('lacks monitor'), fix: expect.any(String) });
    expect((await answer(true, () => true)).named('rights')).toMatchObject({ ok: true, fix: null });
  });

  test('a health that may not be asked for ends no other check', async () => {
    const script: Script = (path) => (path.startsWith('/_cluster/health') ? elasticRefusal(403, 'security_exception') : null);
    const { code, named } = await examined({ ...env, ELASTICSEARCH_URL: await scriptedServer(script, url) });
    expect(code).toBe(0);
    expect(named('health')).toMatchObject({ ok: true, found: 'not checked: this key may not ask for it' });
  });

  test('an index in conflict, one that lacks what is needed, and one that is gone are each told; the rest is checked', async () => {
    await ask((client) => client.indices.delete({ index: [names.evidence, names.policies, names.leases] }));
    await ask((client) =>
      client.indices.create({ index: names.policies, mappings: { properties: { service: { type: 'text' } } } }),
    );
    await ask((client) =>
      client.indices.create({ index: names.evidence, mappings: { properties: { id: { type: 'keyword' } } } }),
    );
    const { code, wrong, named } = await examined(env);
    expect({ code, wrong }).toEqual({ code: 1, wrong: [names.evidence, names.policies, names.leases, 'store'] });
    expect(named(names.policies)?.found).toBe('service is text, needs keyword');
    expect(named(names.evidence)?.found).toContain('lacks service');
    expect(named('clock')).toMatchObject({ ok: true });
    expect(await indicesOf(prefix)).not.toContain(names.leases);
  });

  test('a log that has lost its alias is told with the way to put it back', async () => {
    await ask((client) => client.indices.deleteAlias({ index: `${names.log}-000001`, name: names.log }));
    const { wrong, all } = await examined(env);
    expect(wrong).toContain(names.log);
    expect(all.find(({ check }) => check === names.log)?.fix).toContain('_aliases');
  });
});

describeWithElasticsearch('doctor where no service is told by its log lines', () => {
  const { names, env } = onCluster({ use: ['telemetry'] });

  test('says so, and that old logs tell nothing, as advice', async () => {
    const old = {
      '@timestamp': '2020-01-01T00:00:00.000Z',
      host: 'www.mine.example',
      request: '/',
      response: '200',
      extension: '',
    };
    await ask((client) => client.index({ index: names.logs, document: old, refresh: true }));
    const { wrong, named } = await examined(env);
    expect(wrong).toEqual([]);
    expect(named('log map')).toMatchObject({ ok: true, fix: expect.stringContaining('elasticsearch.services') });
    expect(named('telemetry')).toMatchObject({ ok: true, found: expect.stringContaining('2020-01-01'), fix: expect.any(String) });
  });

  test.each<[string, Record<string, { type: 'text' | 'keyword' }>, RegExp]>([
    ['have a status as text alone', { response: { type: 'text' } }, /response is text, needs keyword/],
    ['have no time', { response: { type: 'keyword' }, request: { type: 'keyword' } }, /`@timestamp` that can be counted by/],
  ])('logs that %s are a fault', async (_claim, properties, found) => {
    await ask((client) => client.indices.delete({ index: names.logs }));
    await ask((client) => client.indices.create({ index: names.logs, mappings: { properties } }));
    const { code, all } = await examined(env);
    expect(code).toBe(1);
    expect(all.filter(({ ok }) => !ok).map((finding) => finding.found)).toEqual([expect.stringMatching(found)]);
  });
});
