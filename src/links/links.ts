import type { Links } from '../../listeners/parts.ts';
import { isInCluster } from '../config/in-cluster.ts';
import type { Settings } from '../config/settings.ts';
import type { IndexNames } from '../stores/elasticsearch/names.ts';
import { createKibanaLinks } from './kibana.ts';

type Wanted = {
  /** The workspace's own address as Slack tells it. */
  workspaceUrl: string | null;
  settings: Pick<Settings, 'kibana' | 'elasticsearch' | 'jira' | 'config'>;
  names: IndexNames;
};

/** Where cards and lists may lead to: the workspace's own messages, and tickets and Kibana where they are configured. */
export function createLinks({ workspaceUrl, settings, names }: Wanted): Links {
  const { cardUrl, hosts } = cardLinks(workspaceUrl);
  return { cardUrl, hosts: [...hosts, ...ticketHosts(settings)], kibanaOf: kibanaLinks(settings, names) };
}

function cardLinks(workspaceUrl: string | null): Pick<Links, 'cardUrl' | 'hosts'> {
  const host = workspaceUrl === null ? null : (URL.parse(workspaceUrl)?.host ?? null);
  if (workspaceUrl === null || host === null) return { cardUrl: () => null, hosts: [] };
  return { cardUrl: (channel, ts) => new URL(`/archives/${channel}/p${ts.replace('.', '')}`, workspaceUrl).href, hosts: [host] };
}

/** The address of a ticket is the tracker's own answer: only where it leads to the configured site is it a link. */
function ticketHosts({ jira, config }: Wanted['settings']): string[] {
  const host = jira === null ? undefined : URL.parse(config.jira.site_url ?? jira.baseUrl)?.hostname;
  return host === undefined ? [] : [host];
}

function kibanaLinks(settings: Wanted['settings'], names: IndexNames): Links['kibanaOf'] {
  const { kibana, config } = settings;
  if (kibana === null) return () => null;
  return createKibanaLinks({ url: kibana.url, names, config: config.elasticsearch, hasLog: isInCluster(settings, 'log') });
}
