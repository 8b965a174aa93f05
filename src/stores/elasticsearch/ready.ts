import type { ElasticsearchUse } from '../../../contracts/elasticsearch.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic } from './elastic.ts';
import type { Conflict } from './mapping-check.ts';
import { type IndexNames, ownRolesInUse } from './names.ts';
import { deadlineIn, isPassing, patiently } from './patience.ts';
import { applySetup, planSetup, type SetupPlan } from './setup.ts';

/** How long a start waits for a cluster that is away: it may just be starting too. */
const WAIT_MS = 60_000;

type Parts = { elastic: Elastic; names: IndexNames; use: readonly ElasticsearchUse[]; log: StoreLog; waitMs?: number };

/**
 * Makes the indices that a store needs where they are absent, and throws `index_conflict` where one stands in the way:
 * field by field, and nothing is changed then. An index that lacks fields is used as it is as long as it can be read.
 */
export async function readyIndices({ elastic, names, use, log, waitMs = WAIT_MS }: Parts): Promise<void> {
  const roles = ownRolesInUse(use);
  let told = false;
  const plan = await patiently(deadlineIn(waitMs), () =>
    planSetup(elastic, names, roles).catch((fault: unknown) => {
      if (isPassing(fault) && !told) log.warn('Elasticsearch is waited for', { problem: problemOf(fault) });
      told = true;
      throw fault;
    }),
  );
  refuseUnfit(plan);
  const { created } = await applySetup(elastic, plan, { addFields: false });
  if (created.length > 0) log.warn('indices were made', { indices: created });
}

function refuseUnfit(plan: SetupPlan): void {
  const conflicts = plan.flatMap((role) => role.conflicts);
  const unread = plan.filter(({ state, needed }) => state === 'lacks' && needed.length > 0);
  if (conflicts.length === 0 && unread.length === 0) return;
  const lines = [...conflicts.map(lineOf), ...unread.map(({ name, needed }) => `${name} lacks ${needed.join(', ')}`)];
  const what = 'indices in Elasticsearch cannot be used as they are; nothing was changed:';
  throw new GovernorError('index_conflict', [what, ...lines.map((line) => `  ${line}`)].join('\n'));
}

const lineOf = ({ index, field, expected, found, fix }: Conflict): string =>
  `${index} ${field}: expected ${expected}, found ${found}; ${fix}`;
