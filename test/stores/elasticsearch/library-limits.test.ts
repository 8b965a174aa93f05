import { afterEach, beforeEach, expect, test } from 'vitest';
import { words } from '../../../pipeline/words.ts';
import { describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { anEvidence, aPolicy, aRunbook } from '../../fixtures/builders.ts';
import { type LibraryStand, openStand } from './library-stage.ts';

const SERVICE = 'payments-api';
const against = (id: string, text: string) => anEvidence({ id, service: SERVICE, stance: 'contradict', text });

describeWithElasticsearch('much of everything', () => {
  const prefix = withPrefix();
  let stand: LibraryStand;
  beforeEach(async () => {
    stand = await openStand(prefix);
  });
  afterEach(() => stand.close());
  const candidates = (asked: readonly string[]) =>
    stand.library.candidates({ service: SERVICE, stance: 'contradict', words: asked });
  const asked = (name: string): number => stand.elastic.asked().get(name) ?? 0;

  test('every candidate is read, ours and those of others, over several pages; few need one question', async () => {
    await stand.library.put(Array.from({ length: 900 }, (_, at) => against(`ours-${at}`, `Restart number ${at} was of no use.`)));
    const operations = Array.from({ length: 800 }, (_, at) => [
      { create: { _index: stand.names.evidence } },
      { id: `theirs-${at}`, service: '*', stance: 'contradict', text: at % 2 === 0 ? 'Restarts failed.' : 'Disks were full.' },
    ]).flat();
    await stand.elastic.ask('foreign', (to) => to.bulk({ operations, refresh: true }));
    const found = await candidates(words('restarting'));
    expect(found).toHaveLength(900 + 400);
    expect(new Set(found.map(({ id }) => id)).size).toBe(1_300);
    expect(asked('evidence candidates: page')).toBe(4);
    expect(asked('evidence candidates: end')).toBe(1);

    await stand.library.put([anEvidence({ id: 'lonely', service: 'lonely-api', stance: 'support', text: 'Restarts help.' })]);
    const pages = asked('evidence candidates: page');
    // Of another stance nothing of the service is there, and the others' documents say another one.
    await stand.library.candidates({ service: 'lonely-api', stance: 'support', words: ['restart'] });
    expect(asked('evidence candidates: page')).toBe(pages);
  });

  test('every policy is read, however many there are', async () => {
    await stand.library.put(
      Array.from({ length: 1_100 }, (_, at) => aPolicy({ id: `pol-${at}`, service: at % 2 === 0 ? SERVICE : '*' })),
    );
    expect(await stand.library.policies(SERVICE)).toHaveLength(1_100);
  });

  test('more words than one question may hold find the same', async () => {
    await stand.library.put([against('one', 'zeppelin'), against('two', 'zeppelin and airship')]);
    const many = Array.from({ length: 70_000 }, (_, at) => `word${at}x`);
    expect((await candidates(['zeppelin', ...many, 'airship'])).map(({ id }) => id)).toEqual(['one', 'two']);
  });

  test('all services are named, however many there are', async () => {
    const documents = Array.from({ length: 2_300 }, (_, at) => aPolicy({ id: `pol-${at}`, service: `svc-${at}` }));
    await stand.library.put([...documents, aRunbook({ service: '*' })]);
    expect((await stand.library.services()).length).toBe(2_300);
  });

  test.each([
    ['a megabyte of words', Array.from({ length: 120_000 }, (_, at) => `latency${at}`).join(' ')],
    ['a megabyte without a space', 'x'.repeat(1_000_000)],
    ['wildcards and operators', '* ? latency* /lat.*/ +(a -b) "unclosed title:~ ^9 \\ AND OR NOT {[!]}'],
    ['a query of its own', '{"match_all":{}} },{"query":{"match_all":{}}}'],
  ])('a query may be %s', async (_claim, query) => {
    await stand.library.put([aRunbook({ id: 'rb', service: SERVICE, title: 'Disks are full', body: 'Delete old files.' })]);
    expect(await stand.library.searchRunbooks(query, SERVICE, 5)).toEqual([]);
    expect(await stand.library.searchEvidence(query, query, 5)).toEqual([]);
  });

  test('documents as long as they may be are stored and read by the hundred', { timeout: 60_000 }, async () => {
    const body = 'Look at the dashboards of the payments gateway, then call somebody who knows. '.repeat(2_500).slice(0, 200_000);
    const documents = Array.from({ length: 120 }, (_, at) => against(`long-${at}`, `${at} ${body.slice(0, 199_000)}`));
    await stand.library.put(documents);
    expect(await candidates(words('dashboards'))).toHaveLength(120);
    expect(await stand.library.get(documents.map(({ id }) => id))).toHaveLength(120);
  });

  test('an id may be longer than a key of the index', async () => {
    const long = anEvidence({ id: '語'.repeat(200), service: SERVICE });
    await stand.library.put([long]);
    expect(await stand.library.get([long.id])).toEqual([long]);
    await stand.library.put([{ ...long, text: 'Changed.' }]);
    expect(await stand.library.counts()).toMatchObject({ evidence: 1 });
    expect(await stand.library.remove(long.id)).toBe(true);
  });
});
