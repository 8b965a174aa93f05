import type { ElasticsearchConfig, LogMap } from '../../contracts/elasticsearch.ts';
import type { Shown } from '../../contracts/shown.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import type { KibanaLinks } from '../../views/card/kibana.ts';
import { LIMITS } from '../../views/text.ts';
import { type IndexNames, USUAL_NAMES } from '../stores/elasticsearch/names.ts';
import { ofService, type Query } from '../telemetry/elasticsearch/queries.ts';
import { rison } from './rison.ts';

export type KibanaLinkOptions = {
  /** KIBANA_URL, with `/s/SPACE` where a space is meant. */
  url: string;
  names: Pick<IndexNames, 'logs' | 'log'>;
  config: Pick<ElasticsearchConfig, 'services' | 'data_views'>;
  /** Whether the log of the cases is in the cluster, so that Kibana can show it. */
  hasLog: boolean;
};

const MINUTE_MS = 60_000;
/** What led to an incident is before it was opened, and what came of its end shows after it. */
const BEFORE_MS = 15 * MINUTE_MS;
const AFTER_MS = 30 * MINUTE_MS;

/** Kibana installs its sample logs with a data view of this id; all others are taken to be called as their index. */
const SAMPLE_LOGS_VIEW = '90943e30-9a47-11e8-b64d-95841ca0b247';

/** Cases on which nothing is waited for any more: their window has an end. */
const DONE: ReadonlySet<CaseStatus> = new Set(['resolved', 'rejected', 'expired', 'failed']);

/** Builds the addresses in Kibana's Discover that a card links to. No text of a person, a plan or a log is in them. */
export function createKibanaLinks({ url, names, config, hasLog }: KibanaLinkOptions): (shown: Shown) => KibanaLinks {
  const { origin, pathname, hostname } = new URL(url);
  const discover = `${origin}${pathname.replace(/\/+$/, '')}/app/discover#/`;
  const views = {
    logs: config.data_views.logs ?? (names.logs === USUAL_NAMES.logs ? SAMPLE_LOGS_VIEW : names.logs),
    log: config.data_views.log ?? names.log,
  };
  const mapOf = (service: string): LogMap | undefined =>
    Object.hasOwn(config.services, service) ? config.services[service] : undefined;

  return (shown) => {
    const { service } = shown.incident;
    const map = mapOf(service);
    const time = windowOf(shown);
    const logs =
      map && addressOf(discover, { time, view: views.logs, at: '@timestamp', columns: LOG_COLUMNS, ...ofMap(service, map) });
    const entries = { time, view: views.log, at: 'at', columns: ENTRY_COLUMNS, ...ofCase(shown.case_id) };
    return { host: hostname, logs: logs ?? null, entries: hasLog ? addressOf(discover, entries) : null };
  };
}

const LOG_COLUMNS = ['response', 'request', 'host', 'message'];
const ENTRY_COLUMNS = ['seq', 'kind'];

type Filter = { alias: string; query: Query };
type Page = Filter & { time: { from: string; to: string }; view: string; at: string; columns: string[] };

/** Null where the address is longer than a card takes: a cut one would show other lines. */
function addressOf(discover: string, { time, view, at, columns, alias, query }: Page): string | null {
  const meta = { alias, disabled: false, index: view, key: 'query', negate: false, type: 'custom' };
  const shared = { filters: [], time };
  const own = {
    columns,
    dataSource: { dataViewId: view, type: 'dataView' },
    filters: [{ $state: { store: 'appState' }, meta, query }],
    query: { language: 'kuery', query: '' },
    sort: [[at, 'desc']],
  };
  const address = `${discover}?_g=${rison(shared)}&_a=${rison(own)}`;
  return address.length <= LIMITS.kibanaUrl ? address : null;
}

/** From before the incident until now, or until some time after the last thing that is known of it. */
function windowOf({ incident, status, superseded, execution, last_act, recovery, verify_at }: Shown): Page['time'] {
  const opened = Date.parse(incident.opened_at);
  const from = new Date(opened - BEFORE_MS).toISOString();
  if (!DONE.has(status) && !superseded) return { from, to: 'now' };
  const known = [execution?.started_at, execution?.effect_at, last_act?.at, recovery === null ? null : verify_at];
  const last = Math.max(opened, ...known.flatMap((at) => (typeof at === 'string' ? Date.parse(at) : [])));
  return { from, to: new Date(last + AFTER_MS).toISOString() };
}

const ofCase = (caseId: string): Filter => ({ alias: `case ${caseId}`, query: { term: { case_id: caseId } } });

const WITH_KEYWORD = { path: 'request.keyword', host: 'host.keyword', extension: 'extension.keyword' };
const PLAIN = { path: 'request', host: 'host', extension: 'extension' };

/** The service's lines by the same map as its figures, whichever of the two usual mappings the logs have. */
function ofMap(service: string, map: LogMap): Filter {
  const forms = [WITH_KEYWORD, PLAIN].map((fields) => ({ bool: { filter: ofService(map, fields) } }));
  return { alias: `service ${service}`, query: { bool: { should: forms, minimum_should_match: 1 } } };
}
