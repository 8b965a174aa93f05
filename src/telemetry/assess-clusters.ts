import type { Severity } from '../../contracts/words.ts';
import { parseCommand } from '../../pipeline/intake/command.ts';

/** Failed requests of one service with the same status and path, as counted. Times are ISO 8601. */
export type ErrorGroup = {
  service: string;
  status: number;
  path: string;
  count: number;
  /** The service's requests in the window, and its error rate in ordinary times. */
  requests: number;
  baseline: number;
  /** The group's share of the service's requests before the window, 0 to 1. */
  usual_share: number;
  first_seen: string;
  last_seen: string;
  sample_ids: readonly string[];
};

/** A group that may become an incident, with what to type for it. A person decides: nothing is opened by itself. */
export type Cluster = ErrorGroup & { share: number; severity: Severity; command: string };

/** Fewer failed requests than this are everyday life at any traffic. */
const COUNT_MIN = 5;
/** Of the service's requests; below it hardly anybody notices. */
const SHARE_MIN = 0.02;
/** Times its usual share: what always fails is a standing fault, not an incident that begins. */
const FACTOR_MIN = 3;

/** The share of a service's requests from which a group is proposed as that severe; less is low. */
const SEVERE_FROM: readonly (readonly [Severity, number])[] = [
  ['critical', 0.5],
  ['high', 0.2],
  ['medium', 0.05],
];
const TOO_MANY_REQUESTS = 429;
const SERVER_ERRORS_FROM = 500;
const RANK: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** The groups that stand out, the most severe first. */
export function assessClusters(groups: readonly ErrorGroup[]): Cluster[] {
  const clusters = groups.flatMap((group) => {
    const share = group.requests === 0 ? 0 : group.count / group.requests;
    const standsOut = group.count >= COUNT_MIN && share >= SHARE_MIN && share >= group.usual_share * FACTOR_MIN;
    if (!standsOut) return [];
    const severity = proposedSeverity(group.status, share);
    return [{ ...group, share, severity, command: commandFor(group, share, severity) }];
  });
  return clusters.sort((one, other) => RANK.indexOf(one.severity) - RANK.indexOf(other.severity) || other.count - one.count);
}

/** A proposal by share alone. What the client asked wrongly is one step lower; a refusal for load is the server's own. */
export function proposedSeverity(status: number, share: number): Severity {
  const severity = SEVERE_FROM.find(([, from]) => share >= from)?.[0] ?? 'low';
  const isServers = status >= SERVER_ERRORS_FROM || status === TOO_MANY_REQUESTS;
  return isServers ? severity : (RANK[RANK.indexOf(severity) + 1] ?? 'low');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const PATH_CHARS = 80;

/** What strangers ask for must mention nobody and mean nothing to Slack when a person types it: such characters become dots. */
const harmless = (path: string): string => path.replace(/[^\w/.~%:+-]/g, '.').slice(0, PATH_CHARS);

function commandFor(
  { service, status, path, count, requests, baseline, first_seen }: ErrorGroup,
  share: number,
  severity: Severity,
) {
  const since = `${first_seen.slice(0, 16)}Z`;
  const usual = `usually ${percent(baseline)} of its requests fail`;
  const summary = `HTTP ${status} on ${harmless(path)}: ${count} of ${requests} requests (${percent(share)}) since ${since}, ${usual}`;
  const typed = `${service} ${severity} ${summary}`;
  const read = parseCommand(typed);
  // A service that is named like a sub-command is meant as a name only in quotes.
  return read.ok && read.does === 'open' ? `/incident ${typed}` : `/incident "${service}" ${severity} ${summary}`;
}
