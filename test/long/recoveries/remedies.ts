import type { LibraryDocument } from '../../../contracts/documents.ts';

/** An action of the shipped catalogue, what undoes it there, and the incident that a runbook says it is for. */
export type Remedy = { action: string; rollback: string | null; summary: string; evidence: string };

export const REMEDIES: readonly Remedy[] = [
  {
    action: 'restart_workers',
    rollback: null,
    summary: 'workers sit idle in front of a full queue, jobs wait',
    evidence: 'After a restart the idle workers took up the full queue and waiting jobs were done within minutes.',
  },
  {
    action: 'clear_stuck_jobs',
    rollback: null,
    summary: 'stuck jobs block the queue, nothing behind them moves',
    evidence: 'Once the stuck jobs were set aside the blocked queue moved again.',
  },
  {
    action: 'purge_cdn_cache',
    rollback: null,
    summary: 'the edge serves stale objects from its cache, pages show errors',
    evidence: 'A purge of the cache at the edge ended the stale objects and their errors.',
  },
  {
    action: 'scale_worker_pool',
    rollback: 'shrink_worker_pool',
    summary: 'queue lag grows, the worker pool is too small for the load',
    evidence: 'A larger worker pool drained the queue and its lag went away.',
  },
  {
    action: 'throttle_traffic_and_tune_pool',
    rollback: 'restore_traffic_limits',
    summary: 'traffic drains the connection pool, the database cannot catch up',
    evidence: 'With throttled traffic and a tuned connection pool the database caught up.',
  },
  {
    action: 'rollback_release',
    rollback: 'redeploy_release',
    summary: 'errors since the last release, the deployment broke requests',
    evidence: 'Requests worked again after the broken release was rolled back to the deployment before.',
  },
  {
    action: 'failover_database',
    rollback: 'failback_database',
    summary: 'writes to the primary database stall, the replica is healthy',
    evidence: 'After the failover writes went to the healthy replica and no longer stalled.',
  },
  {
    action: 'reindex_search',
    rollback: 'restore_search_index',
    summary: 'the search index is corrupt, queries of it fail',
    evidence: 'Queries no longer failed once the corrupt search index had been rebuilt.',
  },
  {
    action: 'drain_node',
    rollback: 'uncordon_node',
    summary: 'one bad node drops requests, its neighbours are well',
    evidence: 'Requests were no longer dropped after the bad node had been drained.',
  },
  {
    action: 'enable_read_only',
    rollback: 'disable_read_only',
    summary: 'writes damage the store, reads are still whole',
    evidence: 'In read-only mode no more writes damaged the store and reads stayed whole.',
  },
];

/** What the library holds for a service: a runbook and a proof for its remedy. */
export const documentsFor = (service: string, { action, summary, evidence }: Remedy): LibraryDocument[] => [
  {
    kind: 'runbook',
    id: `rb-${service}`,
    service,
    title: `When ${summary}`,
    recommended_action: action,
    body: `The remedy where ${summary}. ${evidence}`,
  },
  { kind: 'evidence', id: `ev-${service}`, service, stance: 'support', actions: [action], text: evidence },
];

/** At high severity every remedy asks for a person's consent; below it runs by itself, above it needs an override. */
export const CONSENT: LibraryDocument = {
  kind: 'policy',
  id: 'pol-consent',
  service: '*',
  blocked_actions: REMEDIES.map(({ action }) => action),
  severities: ['high'],
  rule: 'At high severity nothing is done to a service without the consent of a person.',
};
