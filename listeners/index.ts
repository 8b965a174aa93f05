import type { App } from '@slack/bolt';
import { register as registerActions } from './actions/index.ts';
import { register as registerCommands } from './commands/index.ts';
import { register as registerEvents } from './events/index.ts';
import { register as registerMessages } from './messages/index.ts';
import type { ListenerParts } from './parts.ts';
import { register as registerShortcuts } from './shortcuts/index.ts';
import { register as registerViews } from './views/index.ts';

/** Everything by which Slack reaches the governor. Faults go on to the app's error door. */
export function registerListeners(app: App, parts: ListenerParts): void {
  registerCommands(app, parts);
  registerActions(app, parts);
  registerViews(app, parts);
  registerEvents(app, parts);
  registerMessages(app, parts);
  registerShortcuts(app, parts);
}
