import { librarySuite } from '../../conformance/library.suite.ts';
import { describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { standsInTurn } from './library-stage.ts';

describeWithElasticsearch('on a real cluster', () => {
  const prefix = withPrefix();
  librarySuite('Elasticsearch', standsInTurn(prefix));
});
