import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames, IndexRole } from '../stores/elasticsearch/names.ts';
import { planSetup, type SetupPlan } from '../stores/elasticsearch/setup.ts';
import { bad, type Finding, good, tip } from './finding.ts';

type RolePlan = SetupPlan[number];
export type IndicesChecked = {
  findings: Finding[];
  /** Those that are there and can be asked. */
  usable: IndexRole[];
};

/** What stands under each name: an index that fits, one that lacks fields, one in conflict, or none. */
export async function checkIndices(elastic: Elastic, names: IndexNames, roles: readonly IndexRole[]): Promise<IndicesChecked> {
  const plan = await planSetup(elastic, names, roles);
  return {
    findings: plan.flatMap(findingsOf),
    usable: plan.flatMap(({ role, state }) => (state === 'fits' || state === 'lacks' ? [role] : [])),
  };
}

/** One line for what is right, one for each conflict: whoever mends an index wants to know all that is wrong with it. */
function findingsOf({ role, name, state, missing, needed, conflicts }: RolePlan): Finding[] {
  if (conflicts.length > 0)
    return conflicts.map(({ index, field, expected, found, fix }) =>
      bad(name, `${index === name ? '' : `${index}: `}${field} is ${found}, needs ${expected}`, fix),
    );
  if (state === 'absent') return [role === 'logs' ? tip(name, 'no such index', LOGS_ABSENT) : bad(name, 'no such index', SETUP)];
  // Whether telemetry can count in access logs of another shape is asked of telemetry itself.
  if (state === 'fits' || role === 'logs') return [good(name, WHAT[role])];
  return needed.length > 0
    ? [bad(name, `lacks ${needed.join(', ')}`, ADD_FIELDS)]
    : [tip(name, `${WHAT[role]}; lacks ${missing.join(', ')}`, ADD_FIELDS)];
}

const WHAT: Readonly<Record<IndexRole, string>> = {
  runbooks: 'runbooks',
  evidence: 'evidence',
  policies: 'policies',
  logs: 'access logs',
  cases: 'where each case stands, a copy',
  log: 'the log of all cases, by its alias',
  executions: 'what was executed, a copy',
  leases: 'who works on which case',
};

const SETUP = 'make it with a key that may: governor load --setup';
const ADD_FIELDS = 'add the fields with a key that may: governor load --setup --add-fields; nothing that is there is changed';
const LOGS_ABSENT =
  'telemetry is unknown until there is one: name yours in elasticsearch.indices.logs, or load samples: governor load --logs';
