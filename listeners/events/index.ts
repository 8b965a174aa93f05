import type { App } from '@slack/bolt';
import type { ListenerParts } from '../parts.ts';
import { appHomeOpened } from './app-home-opened.ts';
import { appMention } from './app-mention.ts';

export const APP_HOME_OPENED = 'app_home_opened';
export const APP_MENTION = 'app_mention';

export function register(app: App, parts: ListenerParts): void {
  app.event(APP_HOME_OPENED, appHomeOpened(parts));
  app.event(APP_MENTION, appMention(parts));
}
