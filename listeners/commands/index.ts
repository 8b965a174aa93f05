import type { App } from '@slack/bolt';
import { NOTHING_LISTENS } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { INCIDENT, incident } from './incident.ts';

/** Every command of ours; a test holds the manifest against it. */
export const COMMANDS: readonly string[] = [INCIDENT];

export function register(app: App, parts: ListenerParts): void {
  const own = incident(parts);
  app.command(/^/, async (args) => {
    if (args.command.command === INCIDENT) return own(args);
    // A command that another version registered: without an answer Slack would show an error.
    await args.ack({ response_type: 'ephemeral', text: NOTHING_LISTENS });
  });
}
