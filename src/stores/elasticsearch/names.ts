import type { ElasticsearchConfig } from '../../../contracts/elasticsearch.ts';

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
