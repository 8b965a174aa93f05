import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { publishHome } from '../home.ts';
import type { ListenerParts } from '../parts.ts';

type Args = SlackEventMiddlewareArgs<'app_home_opened'> & AllMiddlewareArgs;

/** The Home is drawn anew each time somebody looks at it. */
export function appHomeOpened(parts: ListenerParts) {
  return async ({ event, client }: Args): Promise<void> => {
    if (event.tab === 'home') await publishHome(parts, client, event.user);
  };
}
