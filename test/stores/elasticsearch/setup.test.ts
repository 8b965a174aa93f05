import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import { connectElastic, type Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { INDEX_ROLES, type IndexNames, type IndexRole, indexNamesOf } from '../../../src/stores/elasticsearch/names.ts';
import { applySetup, planSetup } from '../../../src/stores/elasticsearch/setup.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';

/** By this the client knows an Elasticsearch. */
const ANSWER = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };
const keyword = { type: 'keyword' } as const;
const text = { type: 'text' } as const;
const seedEvidence = { id: keyword, service: keyword, stance: keyword, text } as const;

describeWithElasticsearch('setting up the indices', () => {
  const prefix = withPrefix();
  let elastic: Elastic;
  let turn = 0;
  beforeAll(async () => {
    elastic = await connectAtHand();
  });
  afterAll(() => elastic.close());

  /** Names that no other test has. */
  const freshNames = (): IndexNames => {
    turn += 1;
    return indexNamesOf({ prefix: `${prefix}${turn}-`, indices: {} });
  };
  const statesOf = async (names: IndexNames) => (await planSetup(elastic, names)).map(({ role, state }) => [role, state]);
  const planOf = async (names: IndexNames, role: IndexRole) => {
    const [plan] = await planSetup(elastic, names, [role]);
    if (plan === undefined) throw new Error('no plan');
    return plan;
  };
  const all = (state: string) => INDEX_ROLES.map((role) => [role, state]);
  const create = (index: string, properties: Record<string, typeof keyword | typeof text>) =>
    elastic.ask('create', (to) => to.indices.create({ index, mappings: { properties } }));
  const mappingsOf = (index: string) => elastic.ask('mappings', (to) => to.indices.getMapping({ index }));

  test('an empty cluster gets every index, and a second look finds nothing to do', async () => {
    const names = freshNames();
    expect(await statesOf(names)).toEqual(all('absent'));
    const done = await applySetup(elastic, await planSetup(elastic, names), { addFields: false });
    expect(done).toEqual({ created: INDEX_ROLES.map((role) => names[role]), added: [], conflicts: [] });
    expect(await statesOf(names)).toEqual(all('fits'));
    const again = await applySetup(elastic, await planSetup(elastic, names), { addFields: true });
    expect(again).toEqual({ created: [], added: [], conflicts: [] });
  });

  test('the log is an index behind an alias, so that no write can make an index by accident', async () => {
    const names = freshNames();
    await applySetup(elastic, await planSetup(elastic, names, ['log']), { addFields: false });
    const found = await elastic.ask('alias', (to) => to.indices.getAlias({ name: names.log }));
    expect(found).toEqual({ [`${names.log}-000001`]: { aliases: { [names.log]: { is_write_index: true } } } });
    const [shards] = Object.values(await elastic.ask('settings', (to) => to.indices.getSettings({ index: names.log })));
    expect(shards?.settings?.index?.number_of_shards).toBe('1');
  });

  test('an entry of the log may be as long as the largest that is stored', async () => {
    const names = freshNames();
    await applySetup(elastic, await planSetup(elastic, names, ['log']), { addFields: false });
    const body = JSON.stringify({ text: 'ü '.repeat(1_000_000) });
    await elastic.ask('append', (to) =>
      to.create({ index: names.log, id: 'c-1:0', require_alias: true, document: { case_id: 'c-1', seq: 0, body } }),
    );
    const read = await elastic.ask('read', (to) => to.get<{ body: string }>({ index: names.log, id: 'c-1:0' }));
    expect(read._source?.body).toBe(body);
  });

  test('two processes that set up at once both succeed, and each index is made once', async () => {
    const names = freshNames();
    const plans = await Promise.all([planSetup(elastic, names), planSetup(elastic, names)]);
    const done = await Promise.all(plans.map((plan) => applySetup(elastic, plan, { addFields: false })));
    expect(done.flatMap(({ created }) => created).sort()).toEqual(INDEX_ROLES.map((role) => names[role]).sort());
    expect(await statesOf(names)).toEqual(all('fits'));
  });

  test('an index with the plain fields is accepted, left alone, and given the others only where that is asked for', async () => {
    const names = freshNames();
    await create(names.evidence, seedEvidence);
    const before = await mappingsOf(names.evidence);
    const plan = await planOf(names, 'evidence');
    expect(plan).toMatchObject({ state: 'lacks', needed: [], conflicts: [] });
    await applySetup(elastic, [plan], { addFields: false });
    expect(await mappingsOf(names.evidence)).toEqual(before);
    const { added } = await applySetup(elastic, [plan], { addFields: true });
    expect(added).toEqual([{ name: names.evidence, fields: plan.missing }]);
    expect(await planOf(names, 'evidence')).toMatchObject({ state: 'fits', missing: [] });
    const after = await mappingsOf(names.evidence);
    expect(after[names.evidence]?.mappings.properties).toMatchObject(seedEvidence);
  });

  test('an index in conflict is reported field by field and not touched, while the others are made', async () => {
    const names = freshNames();
    await create(names.policies, { service: text, severities: text, rule: text, blocked_actions: keyword });
    const before = await mappingsOf(names.policies);
    const done = await applySetup(elastic, await planSetup(elastic, names), { addFields: true });
    expect(done.conflicts.map(({ index, field, expected, found }) => [index, field, expected, found])).toEqual([
      [names.policies, 'service', 'keyword', 'text'],
      [names.policies, 'severities', 'keyword', 'text'],
    ]);
    expect(done.created).toHaveLength(INDEX_ROLES.length - 1);
    expect(await mappingsOf(names.policies)).toEqual(before);
  });

  test.each<[string, (names: IndexNames) => Promise<unknown>, { found: string }]>([
    ['an index of its name', (names) => create(names.log, { case_id: keyword }), { found: 'an index of that name' }],
    ['its index without its alias', (names) => create(`${names.log}-000001`, { case_id: keyword }), { found: 'no alias' }],
  ])('where the log finds %s, no second log is begun', async (_what, make, conflict) => {
    const names = freshNames();
    await make(names);
    const plan = await planOf(names, 'log');
    expect(plan.state).toBe('conflicts');
    expect(plan.conflicts[0]).toMatchObject(conflict);
    expect(await applySetup(elastic, [plan], { addFields: true })).toMatchObject({ created: [], added: [] });
  });

  test('a log that could lose what it acknowledged, or that cannot be followed, is a conflict with its fix', async () => {
    const names = freshNames();
    await elastic.ask('create', (to) =>
      to.indices.create({
        index: `${names.log}-000001`,
        aliases: { [names.log]: {} },
        settings: { number_of_shards: 2, index: { translog: { durability: 'async' } } },
      }),
    );
    const { conflicts } = await planOf(names, 'log');
    expect(conflicts.map(({ field, found }) => [field, found])).toEqual([
      ['index.number_of_shards', '2'],
      ['index.translog.durability', 'async'],
    ]);
    expect(conflicts[1]?.fix).toContain(`PUT /${names.log}-000001/_settings`);
  });

  test('documents spread over several indices behind one name are refused, because a change would not find its own', async () => {
    const names = freshNames();
    for (const part of ['a', 'b'])
      await elastic.ask('create', (to) =>
        to.indices.create({
          index: `${names.evidence}-${part}`,
          aliases: { [names.evidence]: {} },
          mappings: { properties: seedEvidence },
        }),
      );
    expect((await planOf(names, 'evidence')).conflicts[0]).toMatchObject({ field: '(name)', found: 'an alias of 2 indices' });
  });

  test('access logs that are there are read as they are and never given a field', async () => {
    const names = freshNames();
    await create(names.logs, { host: keyword, request: keyword, extension: keyword });
    const before = await mappingsOf(names.logs);
    const plan = await planOf(names, 'logs');
    expect(plan).toMatchObject({ state: 'lacks', needed: ['@timestamp', 'response'] });
    await applySetup(elastic, [plan], { addFields: true });
    expect(await mappingsOf(names.logs)).toEqual(before);
  });

  test.each<[string, RequestListener]>([
    ['is in trouble', (_asked, answer) => answer.writeHead(503, ANSWER).end('{"error":{"type":"no_master"},"status":503}')],
    ['stands behind a proxy that knows no such path', (_asked, answer) => answer.writeHead(404, ANSWER).end('{}')],
    ['hangs up', (asked) => asked.socket.destroy()],
  ])('a cluster that %s is a fault, and never an empty one', async (_what, answer) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const away = await connectElastic({ url: `http://127.0.0.1:${port}`, apiKey: null, timeoutMs: 2_000 });
    await expect(planSetup(away, freshNames())).rejects.toThrow(GovernorError);
    await away.close();
    server.close();
  });
});
