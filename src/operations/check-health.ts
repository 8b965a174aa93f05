import { z } from 'zod';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { bad, type Finding, good, tip } from './finding.ts';

const CHECK = 'health';
const Health = z.object({
  status: z.string(),
  number_of_data_nodes: z.int(),
  indices: z.record(z.string(), z.object({ status: z.string(), number_of_replicas: z.int() })).optional(),
});

/** The health of the cluster and of the given indices, which must exist: the question waits for those that do not. */
export async function checkHealth(elastic: Elastic, indices: readonly string[]): Promise<Finding> {
  const whole = Health.parse(await elastic.ask('its health', (client) => client.cluster.health()));
  const own =
    indices.length === 0
      ? whole
      : Health.parse(
          await elastic.ask('the health of our indices', (client) =>
            client.cluster.health({ index: [...indices], level: 'indices' }),
          ),
        );
  return judgeHealth(whole.status, own);
}

/** `clusterStatus` is that of all indices, ours or not; `own` is that of ours alone. */
export function judgeHealth(clusterStatus: string, own: z.infer<typeof Health>): Finding {
  const nodes = own.number_of_data_nodes === 1 ? 'one data node' : `${own.number_of_data_nodes} data nodes`;
  const found = `${clusterStatus}, ${nodes}`;
  const named = (status: string): string[] =>
    Object.entries(own.indices ?? {}).flatMap(([name, index]) => (index.status === status ? [name] : []));
  if (own.status === 'red')
    return bad(
      CHECK,
      `${found}; ours without a primary: ${named('red').join(', ')}`,
      'bring the lost nodes back, or ask the cluster by _cluster/allocation/explain; until then cases wait',
    );
  if (clusterStatus === 'red') return tip(CHECK, `${found}; all of ours have their primaries`, 'mend the indices that are red');
  const yellow = named('yellow');
  if (yellow.length === 0) return good(CHECK, found);
  const missing = `${found}; without all copies: ${yellow.join(', ')}`;
  return own.number_of_data_nodes === 1
    ? tip(CHECK, missing, 'set number_of_replicas to 0 there, or add a node: one node alone can hold no copy')
    : tip(CHECK, missing, 'wait until the copies are made, or ask the cluster by _cluster/allocation/explain');
}
