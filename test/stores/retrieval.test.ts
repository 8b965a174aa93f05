import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureRetrieval, REAL_DATA, type SetResult } from '../bench/retrieval.ts';

const here = existsSync(REAL_DATA);
const note = here ? '' : ' (skipped: the published runbooks do not lie beside the project)';

const total = (results: readonly SetResult[], side: 'ours' | 'plain', place: 'at_1' | 'at_5'): number =>
  results.reduce((sum, result) => sum + result[side][place], 0);

describe.skipIf(!here)(`the right runbook for a real alert${note}`, () => {
  it('is found by the library at least as often as by plain BM25 wherever the alert is named, and more often over all', async () => {
    const results = await measureRetrieval();
    const named = results.filter(({ set }) => set.includes('name'));
    expect(named.length).toBeGreaterThan(4);
    const worse = named.filter(({ ours, plain }) => ours.at_1 < plain.at_1 || ours.at_5 < plain.at_5);
    expect(worse).toEqual([]);
    for (const group of [
      results,
      results.filter(({ set }) => set.startsWith('kube')),
      results.filter(({ set }) => set.startsWith('openshift')),
    ]) {
      expect(total(group, 'ours', 'at_1')).toBeGreaterThan(total(group, 'plain', 'at_1'));
      expect(total(group, 'ours', 'at_5')).toBeGreaterThanOrEqual(total(group, 'plain', 'at_5'));
    }
  });

  it('comes first for at least 88 of 100 alerts asked by name and summary, and among five for at least 97', async () => {
    const results = await measureRetrieval();
    const asked = results.find(({ set }) => set === 'kube-prometheus: name and summary');
    if (asked === undefined) throw new Error('the set is not measured');
    expect(asked.questions).toBeGreaterThanOrEqual(32);
    expect(asked.ours.at_1 / asked.questions).toBeGreaterThanOrEqual(0.88);
    expect(asked.ours.at_5 / asked.questions).toBeGreaterThanOrEqual(0.97);
  });
});
