import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Library } from '../../pipeline/ports.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { SAMPLE_DATASET } from './load-logs.ts';
import type { PurgePlan } from './purge-plan.ts';
import type { Steps } from './steps.ts';

const REMOVED_AT_ONCE = 16;
/** Deleting many thousands of lines takes longer than any question. */
const PURGE_MS_MAX = 300_000;
const Deleted = z.object({ deleted: z.int(), timed_out: z.boolean(), failures: z.array(z.unknown()) });

/** Removes what the plan names, and gives how many documents were still there. Run again, it removes what is left. */
export async function purge(
  { ids, logs }: PurgePlan,
  { library, elastic }: { library: Library; elastic: Elastic | null },
  steps: Steps,
): Promise<number> {
  const step = steps('documents', ids.length);
  let removed = 0;
  for (let at = 0; at < ids.length; at += REMOVED_AT_ONCE) {
    const some = ids.slice(at, at + REMOVED_AT_ONCE);
    const answers = await Promise.all(some.map((id) => library.remove(id)));
    removed += answers.filter((wasThere) => wasThere).length;
    step(some.length);
  }
  return logs === null || elastic === null ? removed : removed + (await removeLogs(elastic, logs));
}

/** Deletes generated lines and no other, whatever else is in the index. */
async function removeLogs(elastic: Elastic, index: string): Promise<number> {
  const answer = await elastic.ask('purge of the logs', (client) =>
    client.deleteByQuery(
      { index, query: { term: { 'event.dataset': SAMPLE_DATASET } }, conflicts: 'proceed', refresh: true },
      { requestTimeout: PURGE_MS_MAX },
    ),
  );
  const { deleted, timed_out, failures } = Deleted.parse(answer);
  if (timed_out || failures.length > 0)
    throw new GovernorError('store_partial', `\`${index}\`: ${deleted} lines are deleted, not all; run it again`);
  return deleted;
}
