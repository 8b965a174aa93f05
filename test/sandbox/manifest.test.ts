import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readManifest } from '../../src/sandbox/manifest.ts';

const file = join(import.meta.dirname, '../../manifest.yml');

test('the app asks for exactly these scopes and events', () => {
  const { scopes, events } = readManifest(file);
  expect([...scopes].sort()).toEqual([
    'app_mentions:read',
    'channels:history',
    'chat:write',
    'commands',
    'files:write',
    'usergroups:read',
    'users:read',
    'users:read.email',
  ]);
  expect([...events].sort()).toEqual(['app_home_opened', 'app_mention', 'message.channels']);
});

test('the app has one command, two shortcuts and a Home', () => {
  const { commands, shortcuts, homeTabEnabled } = readManifest(file);
  expect(commands).toMatchObject([{ command: '/incident', should_escape: true, usage_hint: 'service severity summary' }]);
  expect(shortcuts).toMatchObject([
    { type: 'global', callback_id: 'open_incident' },
    { type: 'message', callback_id: 'open_incident_from_message' },
  ]);
  expect(homeTabEnabled).toBe(true);
});

test('names and descriptions keep to the lengths that an installation accepts', () => {
  const { display_information: display, features } = parse(readFileSync(file, 'utf8'));
  expect(display.name.length).toBeLessThanOrEqual(35);
  expect(display.description.length).toBeLessThanOrEqual(140);
  expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80);
  for (const { name, description } of features.shortcuts) {
    expect(name.length).toBeLessThanOrEqual(24);
    expect(description.length).toBeLessThanOrEqual(150);
  }
});
