import { z } from 'zod';
import { newSecret } from '../ids.ts';
import type { Database } from './database.ts';

export type Tokens = { botToken: string; appToken: string; signingSecret: string };

const ValueRow = z.object({ value: z.string() });

/** A stored value, made and kept on first use. */
function setting(database: Database, name: string, make: () => string): string {
  const row = database.first('SELECT value FROM settings WHERE name = ?', name);
  if (row !== undefined) return ValueRow.parse(row).value;
  const value = make();
  database.run('INSERT INTO settings (name, value) VALUES (?, ?)', name, value);
  return value;
}

/** Random per home, so that nothing but an app that was given them can speak for the bot; kept, so a restart locks nobody out. */
export function readTokens(database: Database): Tokens {
  return {
    botToken: setting(database, 'bot_token', () => `xoxb-sandbox-${newSecret()}`),
    appToken: setting(database, 'app_token', () => `xapp-1-A0GOVERNOR-${newSecret()}`),
    signingSecret: setting(database, 'signing_secret', () => newSecret(16)),
  };
}
