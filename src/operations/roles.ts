import type { ElasticsearchUse } from '../../contracts/elasticsearch.ts';
import type { IndexRole } from '../stores/elasticsearch/names.ts';

/** The indices behind each use of the cluster. */
const ROLES: Readonly<Record<ElasticsearchUse, readonly IndexRole[]>> = {
  library: ['runbooks', 'evidence', 'policies'],
  log: ['log', 'cases', 'executions', 'leases'],
  telemetry: ['logs'],
};

/** The indices that this installation reads or writes, in the order of their names' list. */
export const rolesInUse = (use: readonly ElasticsearchUse[]): IndexRole[] =>
  (['library', 'log', 'telemetry'] as const).flatMap((one) => (use.includes(one) ? ROLES[one] : []));
