import type { App } from '@slack/bolt';
import { NOTHING_LISTENS } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { readShortcut } from '../payloads.ts';
import { tellPrivately } from '../private-answer.ts';
import { OPEN_INCIDENT, OPEN_INCIDENT_FROM_MESSAGE, openIncident } from './open-incident.ts';

export const SHORTCUTS: readonly string[] = [OPEN_INCIDENT, OPEN_INCIDENT_FROM_MESSAGE];

export function register(app: App, parts: ListenerParts): void {
  const open = openIncident(parts);
  app.shortcut(/^/, async (args) => {
    if (SHORTCUTS.includes(args.shortcut.callback_id)) return open(args);
    await args.ack();
    await tellPrivately(parts, { ...readShortcut(args.body), threadTs: null }, NOTHING_LISTENS);
  });
}
