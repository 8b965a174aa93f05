import { afterAll, beforeAll } from 'vitest';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { caseLogSuite } from '../../conformance/case-log.suite.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { dropNames, newNames, openOn } from './log-stage.ts';

describeWithElasticsearch('on a real node', () => {
  const prefix = withPrefix();
  let elastic: Elastic;
  beforeAll(async () => {
    elastic = await connectAtHand();
  });
  afterAll(() => elastic.close());

  caseLogSuite('Elasticsearch', async () => {
    const names = await newNames(elastic, prefix);
    let store = await openOn(elastic, names);
    return {
      caseLog: store.caseLog,
      async reopen() {
        await store.close();
        store = await openOn(elastic, names);
        return store.caseLog;
      },
      async close() {
        await store.close();
        await dropNames(elastic, names);
      },
    };
  });
});
