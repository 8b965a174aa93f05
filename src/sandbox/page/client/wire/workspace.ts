import { type Fields, fieldsIn, flagIn, listIn, numberIn, textIn, textsIn } from '../fields.ts';
import type { Account, Channel, Shortcut, Workspace } from './model.ts';

/** Reads `GET /_control/workspace`. What is missing is empty: the page then simply offers less. */
export function readWorkspace(value: Fields): Workspace {
  const accounts = listIn(value, 'users').map(readAccount);
  const named = textsIn(value, 'act_as');
  return {
    team: textIn(fieldsIn(value, 'team') ?? {}, 'name') ?? 'Sandbox',
    accounts,
    actAs: named.length > 0 ? named : accounts.filter(({ isBot }) => !isBot).map(({ name }) => name),
    channels: listIn(value, 'channels').map(readChannel),
    groups: listIn(value, 'user_groups').map((group) => ({
      id: textIn(group, 'id') ?? '',
      handle: textIn(group, 'handle') ?? '',
    })),
    commands: listIn(value, 'commands').map((command) => ({
      command: textIn(command, 'command') ?? '',
      description: textIn(command, 'description') ?? '',
      usage: textIn(command, 'usage_hint') ?? '',
    })),
    shortcuts: listIn(value, 'shortcuts').map(readShortcut),
  };
}

function readAccount(user: Fields): Account {
  const name = textIn(user, 'name') ?? '';
  return {
    id: textIn(user, 'id') ?? name,
    name,
    realName: textIn(user, 'real_name') ?? name,
    title: textIn(user, 'title') ?? '',
    tint: textIn(user, 'tint') ?? '#616061',
    isBot: flagIn(user, 'is_bot'),
    isStranger: flagIn(user, 'is_stranger'),
  };
}

function readChannel(channel: Fields): Channel {
  const name = textIn(channel, 'name') ?? '';
  return {
    id: textIn(channel, 'id') ?? name,
    name,
    topic: textIn(channel, 'topic') ?? '',
    hasApp: flagIn(channel, 'bot_is_member'),
  };
}

function readShortcut(shortcut: Fields): Shortcut {
  return {
    type: textIn(shortcut, 'type') ?? '',
    name: textIn(shortcut, 'name') ?? '',
    callbackId: textIn(shortcut, 'callback_id') ?? '',
  };
}

/** How many connections the app holds; undefined where that says nothing, as over HTTP. */
export function readConnections(value: Fields): number | undefined {
  const mode = textIn(value, 'mode') ?? textIn(value, 'transport');
  return mode === 'http' ? undefined : numberIn(value, 'connections');
}
