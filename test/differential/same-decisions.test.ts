import { expect, test } from 'vitest';
import { describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { aContradiction, anEvidence, aPolicy } from '../fixtures/builders.ts';
import { expectSame, playBoth, withBothSides } from './both.ts';
import { SOUND, STORY, type World } from './worlds.ts';

const WORLDS = 50;
/** A machine that has much else to do plays fewer. */
const WITHIN_MS = 45_000;

const world = (change: Partial<World> = {}): World => ({ documents: STORY, cases: [SOUND], ...change });
const changed = anEvidence({ text: `${anEvidence().text.slice(0, -1)}!` });

describeWithElasticsearch('the same incidents, libraries and plans on the embedded store and on the cluster', () => {
  const sides = withBothSides();

  test('give the same entries, decisions, digests, documents and effects, to the byte', { timeout: 120_000 }, async () => {
    const met = await expectSame(sides(), { worlds: WORLDS, withinMs: WITHIN_MS });
    expect(met.decisions.get('execute'), 'cases that run by themselves').toBeGreaterThan(0);
    expect(met.reasons.size, 'rules that fail').toBeGreaterThanOrEqual(4);
    expect(met.voided, 'decisions that the last check voids').toBeGreaterThan(0);
    expect(met.statuses.get('resolved'), 'cases that end well').toBeGreaterThan(0);
    expect(met.statuses.get('pending_approval'), 'cases that nobody may pass').toBeGreaterThan(0);
  });

  test.each<[string, World]>([
    ['one letter of a cited document', world({ documents: [...STORY, changed] })],
    ['a policy for every service', world({ documents: [...STORY, aPolicy({ service: '*' })] })],
    ['a contradiction that nobody cites', world({ documents: [...STORY, aContradiction({ service: '*' })] })],
    ['a document that is missing', world({ documents: STORY.slice(1) })],
    ['a document that changed before the effect', world({ cases: [{ ...SOUND, meanwhile: { put: [changed], remove: [] } }] })],
  ])('%s on one side alone is seen as a difference', async (_claim, there) => {
    const [[here, other] = []] = await playBoth(sides(), world(), there);
    expect(here?.status).toBe('resolved');
    expect(other?.told).not.toBe(here?.told);
  });
});
