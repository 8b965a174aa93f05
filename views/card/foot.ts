import type { KnownBlock } from '@slack/types';
import type { Incident } from '../../contracts/incident.ts';
import type { Shown } from '../../contracts/shown.ts';
import type { Source } from '../../contracts/words.ts';
import { context } from '../blocks.ts';
import { code, joined, type Line, line, link, person, when, words } from '../line.ts';
import { SOURCE } from '../words.ts';

const DIGEST_SHOWN = 12;

/** Sources whose `opened_by` Slack vouches for; from any other it is a text that could name somebody else. */
const FROM_SLACK: ReadonlySet<Source> = new Set(['slash_command', 'modal', 'mention', 'shortcut']);

export const opener = ({ opened_by, source }: Incident): Line =>
  FROM_SLACK.has(source) ? line`${person(opened_by)}` : line`${code(opened_by)}`;

/** What ties the card to the record: the same words stand in the log, in every approval and in the ticket. */
export function foot(shown: Shown, hosts: readonly string[]): KnownBlock[] {
  const { incident, ref, ticket } = shown;
  const identity = joined(
    [
      line`revision ${shown.revision}`,
      ...(ref === null ? [] : [code(ref.digest.slice(0, DIGEST_SHOWN))]),
      code(shown.case_id),
      ...(shown.simulated ? [words('simulated world')] : []),
    ],
    ' · ',
  );
  const opened = line`Opened by ${opener(incident)} ${words(SOURCE[incident.source])} · ${when(incident.opened_at)}`;
  const ticketed = ticket === null ? [] : [line`Ticket ${link(ticket.url, ticket.key, hosts)}`];
  return [context(identity, opened, ...ticketed)];
}
