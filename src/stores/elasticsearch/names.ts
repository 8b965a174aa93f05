import type { ElasticsearchConfig, ElasticsearchUse } from '../../../contracts/elasticsearch.ts';

/** The indices by what they hold, with their usual names. */
export const USUAL_NAMES = {
  runbooks: 'runbooks-demo',
  evidence: 'evidence-demo',
  policies: 'policies-demo',
  logs: 'kibana_sample_data_logs',
  cases: 'incidents-demo',
  log: 'workflow_events',
  executions: 'action_executions',
  leases: 'governor-leases',
} as const;

export type IndexRole = keyof typeof USUAL_NAMES;
export type IndexNames = Readonly<Record<IndexRole, string>>;

export const INDEX_ROLES: readonly IndexRole[] = [
  'runbooks',
  'evidence',
  'policies',
  'logs',
  'cases',
  'log',
  'executions',
  'leases',
];

/** The indices behind each use of the cluster. */
const ROLES: Readonly<Record<ElasticsearchUse, readonly IndexRole[]>> = {
  library: ['runbooks', 'evidence', 'policies'],
  log: ['log', 'cases', 'executions', 'leases'],
  telemetry: ['logs'],
};

/** The indices that an installation reads or writes, in the order of their names' list. */
export const rolesInUse = (use: readonly ElasticsearchUse[]): IndexRole[] =>
  (['library', 'log', 'telemetry'] as const).flatMap((one) => (use.includes(one) ? ROLES[one] : []));

/** Those of them that are made where they are absent: access logs are other people's. */
export const ownRolesInUse = (use: readonly ElasticsearchUse[]): IndexRole[] => rolesInUse(use).filter((role) => role !== 'logs');

/** A name that the config gives is taken as it is; the prefix stands before the usual ones. */
export function indexNamesOf({ prefix, indices }: Pick<ElasticsearchConfig, 'prefix' | 'indices'>): IndexNames {
  const name = (role: IndexRole): string => indices[role] ?? `${prefix}${USUAL_NAMES[role]}`;
  return {
    runbooks: name('runbooks'),
    evidence: name('evidence'),
    policies: name('policies'),
    logs: name('logs'),
    cases: name('cases'),
    log: name('log'),
    executions: name('executions'),
    leases: name('leases'),
  };
}
