import type { KnownBlock, RichTextBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import { context, paragraph, rich } from '../blocks.ts';
import { joined, type Line, line, link } from '../line.ts';
import { LIMITS } from '../text.ts';

/** Addresses in Kibana for one card; null where Kibana has nothing to show. They lead to `host` alone. */
export type KibanaLinks = {
  host: string;
  /** The log lines of the service in the window of the incident. */
  logs: string | null;
  /** The entries of the case. */
  entries: string | null;
};

/** Where whoever doubts the card can look for themselves. */
export function kibana({ incident }: Shown, links: KibanaLinks | null): KnownBlock[] {
  const lines = links === null ? [] : linkLines(incident.service, links);
  return lines.length === 0 ? [] : [context(...lines)];
}

/** The same for the thread. */
export function kibanaInFull({ incident }: Shown, links: KibanaLinks | null): RichTextBlock[] {
  const lines = links === null ? [] : linkLines(incident.service, links);
  return rich(lines.length === 0 ? null : paragraph(line`In Kibana: ${joined(lines, ' · ')}`));
}

const linkLines = (service: string, { host, logs, entries }: KibanaLinks): Line[] => [
  ...(logs === null ? [] : [line`${link(logs, `Logs of ${service}`, [host], LIMITS.kibanaUrl)}`]),
  ...(entries === null ? [] : [line`${link(entries, 'Entries of the case', [host], LIMITS.kibanaUrl)}`]),
];
