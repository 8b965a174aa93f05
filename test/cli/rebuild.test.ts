import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { createElasticLibrary } from '../../src/stores/elasticsearch/library.ts';
import type { IndexNames } from '../../src/stores/elasticsearch/names.ts';
import { openElasticStore } from '../../src/stores/elasticsearch/store.ts';
import { connectAtHand, describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { anIncident } from '../fixtures/builders.ts';
import { silentLog as log } from '../outward/silent-log.ts';
import { looksCrashed, onHome } from './governor.ts';
import { ask, countIn, indicesOf, onCluster } from './on-cluster.ts';

// Each of these starts several processes one after the other, beside whatever else this machine does.
vi.setConfig({ testTimeout: 90_000 });

const CASES = ['case-a', 'case-b', 'case-c'];

test('the embedded store has nothing to rebuild', async () => {
  const { run, json } = onHome();
  expect(await run('rebuild')).toEqual({
    code: 0,
    out: 'Nothing to rebuild: the embedded store keeps the log alone, and no copies of it.\n',
    err: '',
  });
  expect(await json('rebuild')).toEqual({ cases: 0, executions: 0, ahead: 0, created: [] });
});

/** Opens cases as a running governor would, and waits until their copies are written. */
async function openCases(names: IndexNames): Promise<void> {
  const elastic = await connectAtHand();
  const library = createElasticLibrary({ elastic, names, now: Date.now, log });
  const store = await openElasticStore({ elastic, names, library, now: Date.now, log });
  for (const caseId of CASES) {
    const body = { kind: 'incident_opened', incident: anIncident(), channel: 'incidents', intake_key: caseId } as const;
    const options = { entryId: randomUUID(), at: new Date().toISOString(), open: true };
    expect(await store.caseLog.append(caseId, 0, body, options)).toMatchObject({ ok: true });
  }
  await store.close();
  await elastic.close();
}

describeWithElasticsearch('rebuild on a cluster', () => {
  const { prefix, names, run, json } = onCluster();

  test('without a log there is nothing to draw from, and nothing is made', async () => {
    const answer = await run('rebuild');
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toBe(`governor rebuild: there is no log \`${names.log}\` to draw the copies from\n`);
    await expect(indicesOf(prefix)).resolves.toEqual([]);
  });

  test('copies that were changed or lost are drawn anew from the log', async () => {
    await run('load', '--setup');
    await openCases(names);
    const drawn = async () => {
      await ask((client) => client.indices.refresh({ index: names.cases }));
      return (await ask((client) => client.search({ index: names.cases, sort: ['case_id'], size: 10 }))).hits.hits.map(
        ({ _id, _source }) => ({ _id, _source }),
      );
    };
    const before = await drawn();
    expect(before.map(({ _id }) => _id)).toEqual(CASES);
    await ask((client) => client.delete({ index: names.cases, id: 'case-b', version: 0, version_type: 'external_gte' }));
    const answer = await run('rebuild');
    expect(answer).toEqual({
      code: 0,
      out: 'Drew the copies of 3 cases and 0 executions.\n',
      err: 'governor rebuild: cases: 3 of 3\n',
    });
    expect(await drawn()).toEqual(before);
  });

  test('a copy that somebody wrote into is ahead of the log; that is told, and is bad news', async () => {
    await ask((client) => client.update({ index: names.cases, id: 'case-a', doc: { summary: 'changed by hand' } }));
    const answer = await run('rebuild');
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/^Drew the copies of 3 cases and 0 executions\.\nFAULT {2}1 copy is ahead of the log/);
  });

  test('an index of copies that is gone is made with its own mapping first', async () => {
    await ask((client) => client.indices.delete({ index: names.cases }));
    expect(await json('rebuild')).toEqual({ cases: 3, executions: 0, ahead: 0, created: [names.cases] });
    expect(await countIn(names.cases)).toBe(3);
    const mapping = await ask((client) => client.indices.getMapping({ index: names.cases }));
    expect(mapping[names.cases]?.mappings.dynamic).toBe('strict');
  });

  test('an index in conflict is told, and no copy is drawn', async () => {
    await ask((client) => client.indices.delete({ index: names.executions }));
    await ask((client) =>
      client.indices.create({ index: names.executions, mappings: { properties: { service: { type: 'text' } } } }),
    );
    const answer = await run('rebuild');
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain(`${names.executions}: service: is text, needs keyword`);
    expect(looksCrashed(answer)).toBe(false);
  });
});
