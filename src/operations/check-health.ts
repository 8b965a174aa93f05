import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { bad, type Finding, good, tip } from './finding.ts';

const CHECK = 'health';
const Health = z.object({
  status: z.string(),
  number_of_data_nodes: z.int(),
  indices: z.record(z.string(), z.object({ status: z.string(), number_of_replicas: z.int() })).optional(),
});

type Health = z.infer<typeof Health>;

/** An index is red for a moment while it is made: only what stays red is told. */
const LOOKS_MAX = 5;
const LOOK_AGAIN_MS = 400;

/** The health of the cluster and of the given indices, which must exist: the question waits for those that do not. */
export async function checkHealth(elastic: Elastic, indices: readonly string[]): Promise<Finding> {
  for (let looks = 1; ; looks += 1) {
    const whole = Health.parse(await elastic.ask('its health', (client) => client.cluster.health()));
    const own = indices.length === 0 ? noneOf(whole) : await healthOf(elastic, indices);
    const isRed = whole.status === 'red' || own.status === 'red';
    if (!isRed || looks === LOOKS_MAX) return judgeHealth(whole.status, own);
    await sleep(LOOK_AGAIN_MS);
  }
}

const healthOf = async (elastic: Elastic, indices: readonly string[]): Promise<Health> =>
  Health.parse(
    await elastic.ask('the health of our indices', (client) => client.cluster.health({ index: [...indices], level: 'indices' })),
  );

/** Where none of the indices is ours, nothing of ours is red. */
const noneOf = (whole: Health): Health => ({ ...whole, status: 'green', indices: {} });

/** `clusterStatus` is that of all indices, ours or not; `own` is that of ours alone. */
export function judgeHealth(clusterStatus: string, own: Health): Finding {
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
