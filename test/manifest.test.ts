import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App } from '@slack/bolt';
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { COMMANDS } from '../listeners/commands/index.ts';
import { registerListeners } from '../listeners/index.ts';
import type { ListenerParts } from '../listeners/parts.ts';
import { SHORTCUTS } from '../listeners/shortcuts/index.ts';

const Manifest = z.looseObject({
  features: z.looseObject({
    slash_commands: z.array(z.looseObject({ command: z.string(), should_escape: z.boolean() })),
    shortcuts: z.array(z.looseObject({ callback_id: z.string(), type: z.enum(['global', 'message']), name: z.string().max(24) })),
    app_home: z.looseObject({ home_tab_enabled: z.literal(true) }),
  }),
  oauth_config: z.looseObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.looseObject({
    event_subscriptions: z.looseObject({ bot_events: z.array(z.string()) }),
    interactivity: z.looseObject({ is_enabled: z.literal(true) }),
  }),
});
const manifest = Manifest.parse(parse(readFileSync(fileURLToPath(new URL('../manifest.yml', import.meta.url)), 'utf8')));

/** Commands and shortcuts go to one listener each, which looks them up in a table; events are registered by name. */
function registered() {
  const app = new App({
    receiver: { init: () => undefined, start: async () => undefined, stop: async () => undefined },
    authorize: async () => ({ botToken: 'xoxb-test' }),
  });
  const event: string[] = [];
  vi.spyOn(app, 'event').mockImplementation((...given: unknown[]) => {
    if (typeof given[0] === 'string') event.push(given[0]);
  });
  registerListeners(app, { log: { onAppend: () => () => undefined } } as unknown as ListenerParts);
  return { command: [...COMMANDS], event, shortcut: [...SHORTCUTS] };
}

/** The scope each event needs, and the events each registered name stands for. */
const EVENTS: Record<string, { subscription: string; scope: string | null }> = {
  message: { subscription: 'message.channels', scope: 'channels:history' },
  app_mention: { subscription: 'app_mention', scope: 'app_mentions:read' },
  app_home_opened: { subscription: 'app_home_opened', scope: null },
};

/** What the Web API calls of this app need; each scope has a reason, and none is asked for without one. */
const CALLS: Record<string, string | null> = {
  'chat.postMessage, chat.update, chat.postEphemeral': 'chat:write',
  'conversations.replies, conversations.history': 'channels:history',
  'users.info, users.list': 'users:read',
  'users.lookupByEmail': 'users:read.email',
  'files.getUploadURLExternal, files.completeUploadExternal': 'files:write',
  'usergroups.users.list': 'usergroups:read',
  'views.open, views.update, views.publish': null,
};

test('the manifest asks for the commands that are listened to, and no others', () => {
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(registered().command);
});

test('names typed into commands arrive as ids', () => {
  expect(manifest.features.slash_commands.every(({ should_escape }) => should_escape)).toBe(true);
});

test('the manifest offers the shortcuts that are listened to, and no others', () => {
  expect(manifest.features.shortcuts.map(({ callback_id }) => callback_id).sort()).toEqual(registered().shortcut.sort());
});

test('the manifest subscribes to the events that are listened to, and no others', () => {
  const wanted = registered().event.map((name) => EVENTS[name]?.subscription ?? `${name} is not in the table`);
  expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(wanted.sort());
});

test('every scope has a use, and every use its scope', () => {
  const used = ['commands', ...Object.values(CALLS), ...registered().event.map((name) => EVENTS[name]?.scope ?? null)];
  const wanted = new Set(used.filter((scope) => scope !== null));
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...wanted].sort());
});

test('scopes and events are ones that Slack knows', () => {
  type Asked = AppsManifestCreateArguments['manifest'];
  type Scope = NonNullable<NonNullable<NonNullable<Asked['oauth_config']>['scopes']>['bot']>[number];
  type Event = NonNullable<NonNullable<NonNullable<Asked['settings']>['event_subscriptions']>['bot_events']>[number];
  // The compiler holds these lists against Slack's own types; the test holds the manifest against the lists.
  const scopes: Scope[] = [
    'commands',
    'chat:write',
    'channels:history',
    'app_mentions:read',
    'users:read',
    'users:read.email',
    'usergroups:read',
    'files:write',
  ];
  const events: Event[] = ['message.channels', 'app_mention', 'app_home_opened'];
  expect(scopes).toEqual(expect.arrayContaining(manifest.oauth_config.scopes.bot));
  expect(events).toEqual(expect.arrayContaining(manifest.settings.event_subscriptions.bot_events));
});
