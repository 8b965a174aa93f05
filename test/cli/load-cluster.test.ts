import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { ROOT } from '../fixtures/child.ts';
import { aFolder, governor, looksCrashed, onHome } from './governor.ts';
import { ask, countIn, indicesOf, onCluster } from './on-cluster.ts';

// Each of these starts several processes one after the other, beside whatever else this machine does.
vi.setConfig({ testTimeout: 90_000 });

const SAMPLES = join(ROOT, 'data/sample-library.json');

describeWithElasticsearch('load makes what is missing and loads what is new', () => {
  const { prefix, names, run, json } = onCluster();
  const LIBRARY_AND_LOG = [
    names.executions,
    names.evidence,
    names.leases,
    names.cases,
    names.policies,
    names.runbooks,
    `${names.log}-000001`,
  ].sort();

  test('a trial run says what would be done and writes nothing', async () => {
    const answer = await run('load', '--sample', '--days', '1', '--dry-run');
    expect(answer.code).toBe(0);
    expect(answer.out).toContain(`Would make ${names.runbooks}, ${names.evidence}, ${names.policies}, ${names.log},`);
    expect(answer.out).toContain('Would load 10 runbooks, 16 evidence documents, 4 policies.');
    expect(answer.out).toMatch(/Would add ([\d,]+) of \1 log lines to /);
    expect(await indicesOf(prefix)).toEqual([]);
  });

  test('setup alone makes every index but that of the access logs, which would say that nothing has traffic', async () => {
    expect((await run('load', '--setup')).code).toBe(0);
    expect(await indicesOf(prefix)).toEqual(LIBRARY_AND_LOG);
    const aliases = await ask((client) => client.indices.getAlias({ name: names.log }));
    expect(aliases[`${names.log}-000001`]?.aliases[names.log]?.is_write_index).toBe(true);
  });

  test('samples are loaded with their access logs, told in one line a stage where nobody watches', async () => {
    const answer = await run('load', '--sample', '--days', '1');
    expect(answer.code).toBe(0);
    expect(answer.out).toContain(`Made ${names.logs}.`);
    expect(answer.out).toContain('Loaded 10 runbooks, 16 evidence documents, 4 policies.\nNew or changed: 30.');
    expect(answer.err).toMatch(/^governor load: documents: 30 of 30\ngovernor load: access logs: ([\d,]+) of \1\n$/);
    expect(await countIn(names.runbooks)).toBe(10);
    expect(await countIn(names.logs)).toBeGreaterThan(3_000);
  });

  test('a second run changes nothing and says so', async () => {
    const before = await Promise.all([names.runbooks, names.evidence, names.policies, names.logs].map(countIn));
    const stamps = () => ask((client) => client.search({ index: names.evidence, size: 50, version: true, sort: ['id'] }));
    const written = (await stamps()).hits.hits;
    expect(await json('load', '--sample', '--days', '1')).toMatchObject({
      cluster: { created: [], added: [], changed: 0, logs: { added: 0 }, nothing_to_do: true },
    });
    const answer = await run('load', '--sample', '--days', '1');
    expect(answer.out).toMatch(/Nothing to do: everything is there already\.\n$/);
    expect(await Promise.all([names.runbooks, names.evidence, names.policies, names.logs].map(countIn))).toEqual(before);
    expect((await stamps()).hits.hits).toEqual(written);
  });

  test('a document that says something else is stored anew, and it alone', async () => {
    const changed = {
      evidence: [{ id: 'ev-101', service: 'payments-api', stance: 'support', text: 'It was not so after all.' }],
    };
    const file = join(aFolder(), 'mine.json');
    writeFileSync(file, JSON.stringify(changed));
    expect(await json('load', '--data', file)).toMatchObject({ evidence: 1, cluster: { changed: 1, nothing_to_do: false } });
    expect(await json('documents', 'get', 'ev-101')).toMatchObject({ text: 'It was not so after all.' });
    expect(await json('load', '--data', file, '--dry-run')).toMatchObject({ cluster: { changed: 0, nothing_to_do: true } });
  });

  test('what is left out is bad news here as well', async () => {
    const file = join(aFolder(), 'broken.json');
    writeFileSync(file, '{"runbooks": [');
    const answer = await run('load', '--data', file);
    expect(answer).toMatchObject({ code: 1, out: expect.stringContaining('is not JSON') });
  });
});

describeWithElasticsearch('load never mixes with what is there', () => {
  const { prefix, names, run, json } = onCluster();

  test('a mapping in conflict is told field by field, and nothing is written', async () => {
    await ask((client) =>
      client.indices.create({
        index: names.policies,
        mappings: { properties: { service: { type: 'text' }, blocked_actions: { type: 'long' } } },
      }),
    );
    const answer = await run('load', '--sample');
    expect(answer.code).toBe(1);
    expect(answer.out).toContain('Nothing was loaded: indices that are there do not fit.');
    expect(answer.out).toMatch(new RegExp(`conflict {2}${names.policies}: service: is text, needs keyword: .+`));
    expect(answer.out).toMatch(new RegExp(`conflict {2}${names.policies}: blocked_actions: is long, needs keyword: .+`));
    expect(await indicesOf(prefix)).toEqual([names.policies]);
    expect(await json('load', '--setup')).toMatchObject({
      ok: false,
      refusal: 'mapping_conflict',
      obstacles: expect.arrayContaining([
        { index: names.policies, field: 'service', found: 'text', expected: 'keyword', fix: expect.any(String) },
      ]),
    });
    await ask((client) => client.indices.delete({ index: names.policies }));
  });

  test('an index with fields of its own only is completed where that is asked for, and keeps its documents', async () => {
    await ask((client) =>
      client.indices.create({ index: names.runbooks, mappings: { properties: { mine: { type: 'keyword' } } } }),
    );
    await ask((client) => client.index({ index: names.runbooks, id: 'other', document: { mine: 'kept' }, refresh: true }));
    const refused = await run('load', '--setup');
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(new RegExp(`${names.runbooks}: service: is no such field, .*--add-fields`));
    expect((await run('load', '--setup', '--add-fields')).out).toMatch(new RegExp(`Added to ${names.runbooks}: .*service`));
    const { properties } = (await ask((client) => client.indices.getMapping({ index: names.runbooks })))[names.runbooks]!
      .mappings;
    expect(properties).toMatchObject({ mine: { type: 'keyword' }, service: { type: 'keyword' } });
    expect(await countIn(names.runbooks)).toBe(1);
  });

  test('access logs of others take no generated lines, and nothing else is loaded then', async () => {
    const line = { '@timestamp': new Date().toISOString(), host: 'www.mine.example', response: 200 };
    await ask((client) => client.index({ index: names.logs, document: line, refresh: true }));
    const before = await countIn(names.evidence);
    const answer = await run('load', '--sample');
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toMatch(/holds documents that were not generated here \(1\).*elasticsearch\.indices\.logs/);
    expect(looksCrashed(answer)).toBe(false);
    expect([await countIn(names.logs), await countIn(names.evidence)]).toEqual([1, before]);
  });
});

describeWithElasticsearch('load on a cluster that keeps only the telemetry', () => {
  const { prefix, names, run, home } = onCluster({ use: ['telemetry'] });

  test('documents go to the embedded library, and no index is made for them', async () => {
    expect((await run('load', '--data', SAMPLES)).code).toBe(0);
    expect(await indicesOf(prefix)).toEqual([]);
    expect((await governor(['documents', 'get', 'ev-101'], { env: { GOVERNOR_HOME: home } })).code).toBe(0);
    expect((await run('load', '--logs', '--days', '1')).code).toBe(0);
    expect(await indicesOf(prefix)).toEqual([names.logs]);
  });
});

describeWithElasticsearch('wrong use of load on a cluster', () => {
  const { run } = onCluster();

  test.each([['0'], ['many'], ['366'], ['1.5']])('--days %s is refused', async (days) => {
    expect(await run('load', '--logs', '--days', days)).toMatchObject({
      code: 2,
      out: '',
      err: 'governor load: --days takes a whole number from 1 to 365\n',
    });
  });
});

test.each(['--logs', '--setup'])('without a cluster %s is refused in a sentence', async (option) => {
  const { run } = onHome();
  expect(await run('load', option)).toMatchObject({
    code: 2,
    out: '',
    err: `governor load: ${option} needs a cluster: give ELASTICSEARCH_URL\n`,
  });
});

test('without a cluster --sample loads the sample documents alone', async () => {
  const { run } = onHome();
  expect(await run('load', '--sample')).toEqual({
    code: 0,
    out: 'Loaded 10 runbooks, 16 evidence documents, 4 policies.\n',
    err: '',
  });
});

test('a cluster that is away ends it with the reason, and no stack', async () => {
  const { env } = onHome();
  const answer = await governor(['load', '--sample'], { env: { ...env, ELASTICSEARCH_URL: 'http://127.0.0.1:9' } });
  expect(answer).toMatchObject({ code: 1, out: '' });
  expect(answer.err).toMatch(/^governor load: Elasticsearch: .* failed \(no answer\)/);
  expect(looksCrashed(answer)).toBe(false);
});
