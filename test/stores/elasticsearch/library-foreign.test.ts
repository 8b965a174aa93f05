import { beforeEach, describe, expect, test } from 'vitest';
import { words } from '../../../pipeline/words.ts';
import { RANKING_VERSION } from '../../../src/stores/ranking.ts';
import { describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { anEvidence, aPolicy, aRunbook } from '../../fixtures/builders.ts';
import { type LibraryStand, type Mappings, openStand, SEED, standsInTurn } from './library-stage.ts';

type Role = 'runbooks' | 'evidence' | 'policies';
const PAYMENTS = 'payments-api';
const seedEvidence = {
  id: 'ev-101',
  service: PAYMENTS,
  stance: 'contradict',
  text: 'The restart ended in a storm of reconnects.',
};
const seedRunbook = {
  id: 'rbk-api-01',
  service: PAYMENTS,
  title: 'Quick mitigation of API latency',
  recommended_action: 'restart_api_pods',
  body: 'Restart the pods of the API one after the other.',
};
const seedPolicy = {
  id: 'pol-01',
  service: PAYMENTS,
  blocked_actions: ['restart_api_pods'],
  severities: ['high'],
  rule: 'Restarts need a database administrator.',
};

describeWithElasticsearch('documents that others have written', () => {
  const prefix = withPrefix();

  describe.each<[string, Mappings | undefined]>([
    ['in indices of our mappings', undefined],
    ['in indices with the fields of the seed alone', SEED],
  ])('%s', (_name, mappings) => {
    const open = standsInTurn(prefix, mappings);
    let stand: LibraryStand;
    beforeEach(async () => {
      stand = await open();
    });

    /** As another program writes: with a key of its own or the cluster's, and what it likes beside the fields. */
    const write = (role: Role, document: object, id?: string) =>
      stand.elastic.ask('foreign', (to) =>
        to.index({ index: stand.names[role], document, refresh: true, ...(id === undefined ? {} : { id }) }),
      );
    const against = (text: string) => stand.library.candidates({ service: PAYMENTS, stance: 'contradict', words: words(text) });

    test('are read as they are: what they do not say stays unknown', async () => {
      await write('runbooks', seedRunbook, 'rbk-api-01');
      await write('evidence', seedEvidence, 'ev-101');
      await write('policies', seedPolicy, 'pol-01');
      const documents = [
        { kind: 'evidence', ...seedEvidence },
        { kind: 'policy', ...seedPolicy },
        { kind: 'runbook', ...seedRunbook },
      ];
      const found = await stand.library.get(['ev-101', 'pol-01', 'rbk-api-01']);
      expect(found.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(documents);
      expect(await against('restarting the pods')).toEqual([documents[0]]);
      expect(await stand.library.policies(PAYMENTS)).toEqual([documents[1]]);
      expect(await stand.library.searchRunbooks('API latencies', PAYMENTS, 5)).toMatchObject([{ document: documents[2] }]);
      expect(await stand.library.searchEvidence('restart', PAYMENTS, 5)).toMatchObject([{ document: documents[0] }]);
      expect(await stand.library.services()).toEqual([PAYMENTS]);
    });

    test('are filtered by our words, whatever the index makes of their texts', async () => {
      await write('evidence', seedEvidence);
      expect(await against('something about billing')).toEqual([]);
      expect(await against('storms')).toHaveLength(1);
      await write('evidence', { ...seedEvidence, id: 'ev-102', text: 'It went badly.', actions: 'restart_api_pods' });
      expect((await against('restart_api_pods')).map(({ id }) => id)).toEqual(['ev-101', 'ev-102']);
    });

    test('are known by their field `id`, and by their key only where they have none', async () => {
      await write('evidence', seedEvidence, 'key-of-another');
      const { id: _id, ...unnamed } = seedEvidence;
      await write('evidence', { ...unnamed, text: 'Without a name.' }, 'ev-nameless');
      expect((await stand.library.get(['ev-101', 'key-of-another', 'ev-nameless'])).map(({ id }) => id).sort()).toEqual([
        'ev-101',
        'ev-nameless',
      ]);
    });

    test('may give one value where a list is meant', async () => {
      await write('policies', { ...seedPolicy, blocked_actions: 'restart_api_pods', severities: 'high' });
      expect(await stand.library.policies(PAYMENTS)).toEqual([{ kind: 'policy', ...seedPolicy }]);
    });

    test('a policy that names no severity makes no exception for any', async () => {
      const { severities: _severities, ...rest } = seedPolicy;
      await write('policies', { ...rest, service: '*' });
      expect(await stand.library.policies('unheard-of')).toMatchObject([{ id: 'pol-01', severities: [] }]);
    });

    test('are replaced by what is put under their id, and leave no second one behind', async () => {
      await write('evidence', seedEvidence, 'a-key');
      await write('evidence', seedEvidence, 'another-key');
      await stand.library.put([anEvidence({ id: 'ev-101', service: PAYMENTS, stance: 'contradict', text: 'Ours now.' })]);
      expect(await stand.library.counts()).toMatchObject({ evidence: 1 });
      expect(await against('restart')).toEqual([]);
      expect(await stand.library.get(['ev-101'])).toMatchObject([{ text: 'Ours now.' }]);
      expect(await stand.library.remove('ev-101')).toBe(true);
      expect(await stand.library.counts()).toMatchObject({ evidence: 0 });
    });

    test('keep being found beside ours', async () => {
      await write('evidence', seedEvidence);
      await stand.library.put([
        anEvidence({ id: 'ev-900', service: PAYMENTS, stance: 'contradict', text: 'Restarts lost data.' }),
      ]);
      expect((await against('restart')).map(({ id }) => id)).toEqual(['ev-101', 'ev-900']);
    });

    test('two that say the same count once, and two that differ under one id are a fault', async () => {
      await write('policies', seedPolicy);
      await write('policies', seedPolicy);
      expect(await stand.library.policies(PAYMENTS)).toHaveLength(1);
      await write('policies', { ...seedPolicy, blocked_actions: [] });
      await expect(stand.library.policies(PAYMENTS)).rejects.toMatchObject({ code: 'document_ambiguous' });
      await expect(stand.library.get(['pol-01'])).rejects.toMatchObject({ code: 'document_ambiguous' });
    });

    const broken: [string, Role, Record<string, unknown>][] = [
      ['evidence without a text', 'evidence', { ...seedEvidence, text: undefined }],
      ['evidence without a service', 'evidence', { ...seedEvidence, service: undefined }],
      ['evidence without a stance', 'evidence', { ...seedEvidence, stance: undefined }],
      ['evidence with a stance of its own making', 'evidence', { ...seedEvidence, stance: 'refutes' }],
      ['evidence of several services', 'evidence', { ...seedEvidence, service: [PAYMENTS, 'billing-batch'] }],
      ['evidence with an id that is none', 'evidence', { ...seedEvidence, id: 'two words' }],
      ['a policy without blocked actions', 'policies', { ...seedPolicy, blocked_actions: undefined }],
      ['a policy without a service', 'policies', { ...seedPolicy, service: undefined }],
      ['a policy with a severity that is none', 'policies', { ...seedPolicy, severities: ['urgent'] }],
      ['a policy without a rule', 'policies', { ...seedPolicy, rule: null }],
    ];
    test.each(broken)('%s is a fault and never left out', async (_claim, role, document) => {
      await write(role, document, 'odd-one');
      const asked = role === 'policies' ? stand.library.policies(PAYMENTS) : against('restart');
      await expect(asked).rejects.toMatchObject({ code: 'document_broken', message: expect.stringContaining('odd-one') });
    });

    test('a runbook that cannot be read is left out of searches, which is told once, and a fault where it is cited', async () => {
      await write('runbooks', { ...seedRunbook, id: 'rb-odd', service: [PAYMENTS, 'billing-batch'] }, 'rb-odd');
      await write('runbooks', seedRunbook, 'rbk-api-01');
      for (let again = 0; again < 3; again += 1)
        expect((await stand.library.searchRunbooks('latency', PAYMENTS, 5)).map(({ document }) => document.id)).toEqual([
          'rbk-api-01',
        ]);
      expect(stand.said).toEqual(['a document cannot be read and is left out of searches']);
      await expect(stand.library.get(['rb-odd'])).rejects.toMatchObject({ code: 'document_broken' });
    });
  });

  describe('and ours that others have touched', () => {
    const open = standsInTurn(prefix);
    let stand: LibraryStand;
    beforeEach(async () => {
      stand = await open();
    });
    const change = (id: string, doc: object) =>
      stand.elastic.ask('foreign', (to) => to.update({ index: stand.names.evidence, id, doc, refresh: true }));
    const ids = async (text: string) =>
      (await stand.library.candidates({ service: PAYMENTS, stance: 'contradict', words: words(text) })).map(({ id }) => id);

    test('runbooks of others are learned or discarded where they say so', async () => {
      const write = (document: object) =>
        stand.elastic.ask('foreign', (to) => to.index({ index: stand.names.runbooks, document, refresh: true }));
      await write({ ...seedRunbook, id: 'rb-learned', status: 'learned' });
      await write({ ...seedRunbook, id: 'rb-discarded', status: 'discarded' });
      await stand.library.put([aRunbook({ id: 'rb-ours', service: PAYMENTS, title: 'Latency' })]);
      const found = await stand.library.searchRunbooks('latency', PAYMENTS, 5);
      expect(found.map(({ document }) => document.id)).toEqual(['rb-ours', 'rb-learned']);
    });

    test('words of another version of this program are not believed', async () => {
      await stand.library.put([anEvidence({ id: 'ev-1', service: PAYMENTS, stance: 'contradict', text: 'The restart failed.' })]);
      await change('ev-1', { words: ['otherwise'], ranking: RANKING_VERSION - 1 });
      expect(await ids('restart')).toEqual(['ev-1']);
      expect(await ids('otherwise')).toEqual([]);
    });

    test('what they say now counts, a warning tells of it, and loading it again sets the words right', async () => {
      const evidence = anEvidence({ id: 'ev-1', service: PAYMENTS, stance: 'contradict', text: 'The restart failed.' });
      await stand.library.put([evidence]);
      await change('ev-1', { text: 'The failover failed.' });
      expect(await ids('restart')).toEqual([]);
      expect(await stand.library.get(['ev-1'])).toMatchObject([{ text: 'The failover failed.' }]);
      expect(stand.said).toEqual(['a document was changed in its index: load it again so that it is found by its words']);
      await stand.library.put([{ ...evidence, text: 'The failover failed.' }]);
      expect(await ids('failover')).toEqual(['ev-1']);
    });
  });

  describe('in an index whose fields would hide documents', () => {
    const dynamic: Mappings = { runbooks: {}, evidence: {}, policies: {} };

    test('nothing is read and nothing is written', async () => {
      const stand = await openStand(prefix, dynamic);
      for (const [role, document] of [
        ['policies', seedPolicy],
        ['evidence', seedEvidence],
        ['runbooks', seedRunbook],
      ] as const)
        await stand.elastic.ask('foreign', (to) => to.index({ index: stand.names[role], document, refresh: true }));
      const conflict = { code: 'mapping_conflict', message: expect.stringContaining('`service`') };
      await expect(stand.library.policies(PAYMENTS)).rejects.toMatchObject(conflict);
      await expect(
        stand.library.candidates({ service: PAYMENTS, stance: 'contradict', words: ['restart'] }),
      ).rejects.toMatchObject(conflict);
      await expect(stand.library.searchRunbooks('latency', PAYMENTS, 5)).rejects.toMatchObject(conflict);
      await expect(stand.library.services()).rejects.toMatchObject(conflict);
      await expect(stand.library.put([aPolicy()])).rejects.toMatchObject(conflict);
      await stand.close();
    });

    test('an empty one gets our fields with the first document, before the cluster guesses them', async () => {
      const stand = await openStand(prefix, dynamic);
      const policy = aPolicy({ id: 'pol-9', service: PAYMENTS });
      const evidence = anEvidence({ id: 'ev-9', service: PAYMENTS, stance: 'contradict', text: 'A re-start in-between failed.' });
      await stand.library.put([policy, evidence]);
      expect(await stand.library.policies(PAYMENTS)).toEqual([policy]);
      const asked = { service: PAYMENTS, stance: 'contradict', words: ['re-start'] } as const;
      expect(await stand.library.candidates(asked)).toEqual([evidence]);
      await stand.close();
    });

    test('one that is made anew in another way is noticed by the last check', async () => {
      const stand = await openStand(prefix);
      expect(await stand.library.policies(PAYMENTS)).toEqual([]);
      await stand.elastic.ask('foreign', (to) => to.indices.delete({ index: stand.names.policies }));
      await stand.elastic.ask('foreign', (to) => to.index({ index: stand.names.policies, document: seedPolicy, refresh: true }));
      await expect(stand.library.fresh()).rejects.toMatchObject({ code: 'mapping_conflict' });
      await expect(stand.library.policies(PAYMENTS)).rejects.toMatchObject({ code: 'mapping_conflict' });
      await stand.close();
    });
  });
});
