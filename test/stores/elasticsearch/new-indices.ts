import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../../../src/stores/elasticsearch/names.ts';
import type { Store } from '../../../src/stores/store.ts';
import type { StoreLog } from '../../../src/stores/store-log.ts';
import { connectAtHand, withPrefix } from '../../elasticsearch/at-hand.ts';
import { dropNames, newNames, openOn } from './log-stage.ts';

/** Opens another store on the indices of the test; it is closed with the test. */
export type OpenHere = (log?: StoreLog) => Promise<Store>;

/** Called in a `describe`: each of its tests gets indices of its own, and `begin` opens there what it wants. */
export function eachOnNewIndices(begin: (made: { elastic: Elastic; names: IndexNames; open: OpenHere }) => Promise<void>): void {
  const prefix = withPrefix();
  const opened: Store[] = [];
  let elastic: Elastic;
  let names: IndexNames;

  beforeAll(async () => {
    elastic = await connectAtHand();
  });
  afterAll(() => elastic.close());
  beforeEach(async () => {
    names = await newNames(elastic, prefix);
    const open: OpenHere = async (log) => {
      const store = await openOn(elastic, names, log);
      opened.push(store);
      return store;
    };
    await begin({ elastic, names, open });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await dropNames(elastic, names);
  });
}
