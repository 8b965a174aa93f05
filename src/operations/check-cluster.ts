import type { GovernorConfig } from '../../contracts/config.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { type IndexRole, ownRolesInUse, rolesInUse } from '../stores/elasticsearch/names.ts';
import { findLogFields } from '../telemetry/elasticsearch/fields.ts';
import { clockOffset, judgeClock } from './check-clock.ts';
import { checkHealth } from './check-health.ts';
import { checkIndices } from './check-indices.ts';
import { judgeLogs, judgeServices, lookAtLogs } from './check-logs.ts';
import { checkRights } from './check-rights.ts';
import { checkVersion } from './check-version.ts';
import { bad, type Finding, tip } from './finding.ts';
import { RUNTIME } from './rights.ts';
import type { OnCluster } from './with-cluster.ts';

export type ClusterChecked = {
  findings: Finding[];
  /** Whether the log and the library can be opened without anything being made. */
  openable: boolean;
};

type Parts = Omit<OnCluster, 'config'> & { config: GovernorConfig; now: () => number };

/**
 * Everything that a governor needs of its cluster, looked at without changing anything. A check that fails, for want of
 * a right or otherwise, is a finding and never ends the others.
 */
export async function checkCluster(parts: Parts): Promise<ClusterChecked> {
  const { elastic, names, config } = parts;
  const roles = rolesInUse(config.elasticsearch.use);
  const { finding, reached } = await checkVersion(elastic);
  if (!reached) return { findings: [finding], openable: false };
  const indices = await indicesOf(parts, roles);
  const there = indices.usable.map((role) => names[role]);
  const rest = await Promise.all([
    guarded('health', () => checkHealth(elastic, there)),
    guarded('rights', () => checkRights({ elastic, names, roles, rights: RUNTIME })),
    ...(indices.usable.length === 0 ? [] : [guarded('clock', () => clockOf(parts, indices.usable))]),
    ...(roles.includes('logs') ? [judgeServices(Object.keys(config.elasticsearch.services).length)] : []),
    ...(indices.usable.includes('logs') ? [guarded('telemetry', () => logsOf(parts))] : []),
  ]);
  const needed = ownRolesInUse(config.elasticsearch.use);
  return { findings: [finding, ...indices.findings, ...rest], openable: needed.every((role) => indices.usable.includes(role)) };
}

async function indicesOf({ elastic, names }: Parts, roles: readonly IndexRole[]) {
  try {
    return await checkIndices(elastic, names, roles);
  } catch (fault) {
    return { findings: [unanswered('indices', fault)], usable: [] };
  }
}

/** A date field of each role by which the time can be asked. */
const DATES: Readonly<Record<IndexRole, string>> = {
  log: 'at',
  logs: '@timestamp',
  cases: 'opened_at',
  runbooks: 'stored_at',
  evidence: 'stored_at',
  policies: 'stored_at',
  executions: 'started_at',
  leases: 'until_ms',
};

async function clockOf({ elastic, names, config, now }: Parts, usable: readonly IndexRole[]): Promise<Finding> {
  const role = usable[0] ?? 'log';
  return judgeClock(await clockOffset(elastic, names[role], DATES[role], now), config.clock_skew_s * 1_000);
}

async function logsOf({ elastic, names, config }: Parts): Promise<Finding> {
  await findLogFields(elastic, names.logs);
  const windowS = config.telemetry_window_s;
  return judgeLogs(names.logs, await lookAtLogs(elastic, names.logs, windowS), windowS);
}

async function guarded(check: string, ask: () => Promise<Finding>): Promise<Finding> {
  try {
    return await ask();
  } catch (fault) {
    return unanswered(check, fault);
  }
}

/** What may not be asked is no fault of the cluster; what the governor itself needs shows in its rights. */
function unanswered(check: string, fault: unknown): Finding {
  const problem = (problemOf(fault).split('\n', 1)[0] ?? '').slice(0, 300);
  return fault instanceof GovernorError && fault.code === 'store_refuses'
    ? tip(check, 'not checked: this key may not ask for it', 'make a key as docs/elasticsearch.md describes')
    : bad(check, problem, 'run doctor again when the cluster is calm, and look into its log if it stays so');
}
