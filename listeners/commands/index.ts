import type { App } from '@slack/bolt';
import { NOTHING_LISTENS } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { INCIDENT, incident } from './incident.ts';

export function register(app: App, parts: ListenerParts): void {
  app.command(INCIDENT, incident(parts));
  // Bolt runs every listener that matches; this one answers what no other does, for Slack would show an error.
  app.command(/^/, async ({ command, ack }) => {
    if (command.command !== INCIDENT) await ack({ response_type: 'ephemeral', text: NOTHING_LISTENS });
  });
}
