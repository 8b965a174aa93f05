import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf } from '../../pipeline/hash.ts';
import { candidateWords, createFields, queryWords, RANKING_VERSION } from '../../src/stores/ranking.ts';
import { NAUGHTY } from '../conformance/naughty.ts';
import { anEvidence, aRunbook } from '../fixtures/builders.ts';

test('the fields of evidence hold every word by which it is a candidate, whatever its text is', () => {
  const fieldsOf = createFields();
  const text = fc.oneof(
    fc.string({ minLength: 1, unit: 'binary', maxLength: 80 }),
    fc.constantFrom(...NAUGHTY),
    fc
      .array(
        fc.constantFrom(
          'KubePodNotReady',
          'restart_api_pods',
          'a',
          '\ufeff',
          '\u00a0',
          '\u3000',
          'é',
          'e\u0301',
          '\n',
          ' ',
          '数据',
        ),
        { minLength: 1 },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (body) => {
      const document = anEvidence({ text: body, actions: ['scale_worker_pool'] });
      const { name, text: indexed } = fieldsOf(document);
      const held = new Set([...name, ...indexed]);
      expect([...candidateWords(document)].filter((word) => !held.has(word))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('what was read before changes nothing about what is read next', () => {
  const used = createFields();
  for (const text of NAUGHTY) used(anEvidence({ text }));
  const document = aRunbook({ title: 'KubePodCrashLooping', body: 'Pods of kube are crash looping; pods again.' });
  expect(used(document)).toEqual(createFields()(document));
});

test('a runbook is named by its title, by the last part of its id and by its action, each word once', () => {
  const { name } = createFields()(
    aRunbook({ id: 'kb/alerts/NodeClockSkew', title: 'Clock skew', recommended_action: 'restart_ntp', body: 'x' }),
  );
  expect(name.length).toBe(new Set(name).size);
  expect(name).toEqual(expect.arrayContaining(['clock', 'skew', 'nod', 'nodeclockskew', 'restart_ntp', 'ntp']));
  expect(name).not.toContain('alert');
});

test('the body counts a word as often as it occurs', () => {
  const { text } = createFields()(aRunbook({ body: 'latency here, latency there' }));
  expect(text.filter((word) => word === queryWords('latency')[0])).toHaveLength(2);
});

test('a very long query is looked for by its first words', () => {
  const words = queryWords(Array.from({ length: 300 }, (_, at) => `word${at}x`).join(' '));
  expect(words.length).toBeLessThanOrEqual(64);
  expect(words[0]).toBe(queryWords('word0x')[0]);
});

test('the fields of a document only change together with the version of the ranking', () => {
  const fieldsOf = createFields();
  const documents = [aRunbook(), anEvidence(), ...NAUGHTY.map((text) => anEvidence({ text }))];
  // Where this fails, count RANKING_VERSION up and write the new hash here: stores then write their index anew.
  expect([RANKING_VERSION, hashOf(documents.map(fieldsOf)).slice(0, 12)]).toEqual([2, 'da161cfed852']);
});
