import type { Library } from '../../../pipeline/ports.ts';
import type { Elastic } from './elastic.ts';
import type { FieldGuard } from './library-fields.ts';
import { allIndices, KINDS, type Kind, type LibraryIndices } from './library-kinds.ts';
import { countOf, valuesOf } from './searches.ts';

type Parts = { elastic: Elastic; indices: LibraryIndices; fields: FieldGuard };

export function createCounts({ elastic, indices, fields }: Parts): Pick<Library, 'services' | 'counts'> {
  const count = (kind: Kind): Promise<number> => countOf(elastic, `${kind} count`, { index: indices[kind] });

  return {
    async services() {
      await Promise.all(KINDS.map(fields.check));
      const found: string[] = [];
      for await (const page of valuesOf(elastic, 'library services', { index: allIndices(indices), field: 'service' }))
        found.push(...page);
      return found.filter((service) => service !== '*').sort();
    },
    async counts() {
      const [runbooks, evidence, policies] = await Promise.all([count('runbook'), count('evidence'), count('policy')]);
      return { runbooks, evidence, policies };
    },
  };
}
