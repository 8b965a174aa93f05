import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { measureRetrieval, REAL_DATA, type SetResult } from '../../bench/retrieval.ts';
import { connectAtHand, describeWithElasticsearch } from '../../elasticsearch/at-hand.ts';

const here = existsSync(REAL_DATA);
const note = here ? '' : ' (skipped: the published runbooks do not lie beside the project)';
const hits = (results: readonly SetResult[], side: 'ours' | 'plain' | 'cluster', place: 'at_1' | 'at_5'): number =>
  results.reduce((sum, result) => sum + (result[side]?.[place] ?? 0), 0);

describeWithElasticsearch('ranking in a cluster', () => {
  describe.skipIf(!here)(`of real runbooks${note}`, () => {
    test('finds the right one as often as the embedded store does, and more often than plain BM25', {
      timeout: 60_000,
    }, async () => {
      const results = await measureRetrieval(REAL_DATA, connectAtHand);
      for (const place of ['at_1', 'at_5'] as const) {
        expect(hits(results, 'cluster', place)).toBeGreaterThanOrEqual(hits(results, 'ours', place));
        expect(hits(results, 'cluster', place)).toBeGreaterThan(hits(results, 'plain', place));
      }
      for (const { set, cluster, plain } of results) expect(cluster?.at_5, set).toBeGreaterThanOrEqual(plain.at_5);
    });
  });
});
