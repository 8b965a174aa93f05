import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Library } from '../../../pipeline/ports.ts';
import type { Elastic } from './elastic.ts';
import type { FieldGuard } from './library-fields.ts';
import { allIndices, KINDS, type Kind, type LibraryIndices } from './library-kinds.ts';

type Parts = { elastic: Elastic; indices: LibraryIndices; fields: FieldGuard };

const Page = z.object({
  services: z.object({
    after_key: z.record(z.string(), z.unknown()).optional(),
    buckets: z.array(z.object({ key: z.object({ service: z.string() }) })),
  }),
});
const PAGE = 1_000;

export function createCounts({ elastic, indices, fields }: Parts): Pick<Library, 'services' | 'counts'> {
  const count = async (kind: Kind): Promise<number> => {
    const { total } = await elastic.search(`${kind} count`, { index: indices[kind], size: 0, track_total_hits: true });
    if (total === null) throw new GovernorError('store_fault', 'Elasticsearch: a count has no number');
    return total;
  };

  const page = async (after: string | null): Promise<string[]> => {
    const { aggregations } = await elastic.search('library services', {
      index: allIndices(indices),
      size: 0,
      track_total_hits: false,
      aggregations: {
        services: {
          composite: {
            size: PAGE,
            sources: [{ service: { terms: { field: 'service' } } }],
            ...(after === null ? {} : { after: { service: after } }),
          },
        },
      },
    });
    return Page.parse(aggregations).services.buckets.map(({ key }) => key.service);
  };

  return {
    async services() {
      await Promise.all(KINDS.map(fields.check));
      const found: string[] = [];
      for (let last: string | null = null, full = true; full; last = found.at(-1) ?? null) {
        const names = await page(last);
        found.push(...names);
        full = names.length === PAGE;
      }
      return found.filter((service) => service !== '*').sort();
    },
    async counts() {
      const [runbooks, evidence, policies] = await Promise.all([count('runbook'), count('evidence'), count('policy')]);
      return { runbooks, evidence, policies };
    },
  };
}
