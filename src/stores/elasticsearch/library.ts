import type { Library } from '../../../pipeline/ports.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic } from './elastic.ts';
import { createEveryHit } from './every-hit.ts';
import { createCounts } from './library-counts.ts';
import { createFieldGuard } from './library-fields.ts';
import { createFilters } from './library-filters.ts';
import { allIndices, libraryIndicesOf } from './library-kinds.ts';
import { createPlaces } from './library-places.ts';
import { createPut } from './library-put.ts';
import { createReader, distinct } from './library-reader.ts';
import { createRanked } from './library-search.ts';
import type { IndexNames } from './names.ts';
import { refresh } from './searches.ts';

export type ElasticLibraryOptions = {
  elastic: Elastic;
  names: IndexNames;
  /** Milliseconds since 1970: for when documents were stored. */
  now: () => number;
  log: StoreLog;
};

/**
 * The library in a cluster, beside documents that others have written there. Filters give exactly what the embedded
 * store gives for the same documents; nothing is made here, so the indices must exist.
 */
export function createElasticLibrary({ elastic, names, now, log }: ElasticLibraryOptions): Library {
  const indices = libraryIndicesOf(names);
  const fields = createFieldGuard(elastic, indices);
  const reader = createReader(log);
  const everyHit = createEveryHit(elastic, log);
  const places = createPlaces({ elastic, indices, everyHit });
  return {
    ...createRanked({ elastic, indices, reader, fields }),
    ...createFilters({ indices, everyHit, reader, fields }),
    async get(ids) {
      const found = await places(ids, { everywhere: false });
      return distinct([...found.values()].flat().map((place) => reader.read(place.kind, place)));
    },
    ...createPut({ elastic, indices, places, reader, fields, now }),
    async fresh() {
      // The types of fields are looked at again as well: the last check must not rest on an index that is gone.
      await Promise.all([refresh(elastic, allIndices(indices), 'library fresh'), fields.again()]);
    },
    ...createCounts({ elastic, indices, fields }),
  };
}
