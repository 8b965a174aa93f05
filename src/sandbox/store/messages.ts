import { z } from 'zod';
import type { Database, Row } from './database.ts';

export const Block = z.looseObject({ type: z.string(), block_id: z.string().optional() });
export type Block = z.infer<typeof Block>;

export const Metadata = z.strictObject({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) });

/** A message as the workspace keeps it; `channel` is an id. */
export const Message = z.strictObject({
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  parent_user_id: z.string().optional(),
  /** Set on messages that only this user sees; they are never thread parents and never updatable. */
  ephemeral_to: z.string().optional(),
  user: z.string(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  team: z.string(),
  subtype: z.string().optional(),
  client_msg_id: z.string().optional(),
  text: z.string(),
  blocks: z.array(Block).optional(),
  attachments: z.array(z.looseObject({})).optional(),
  metadata: Metadata.optional(),
  edited: z.strictObject({ user: z.string(), ts: z.string() }).optional(),
  reply_count: z.number().optional(),
  reply_users: z.array(z.string()).optional(),
  latest_reply: z.string().optional(),
  reactions: z.array(z.strictObject({ name: z.string(), users: z.array(z.string()), count: z.number() })).optional(),
});
export type Message = z.infer<typeof Message>;

export type Messages = {
  insert(message: Message): void;
  replace(message: Message): void;
  remove(channel: string, ts: string): void;
  find(channel: string, ts: string): Message | undefined;
  /** Everything in a channel in order of time, replies and ephemeral ones included. */
  list(channel: string): Message[];
  /** Thread roots and other top-level messages, no ephemeral ones, in order of time. */
  listTopLevel(channel: string): Message[];
  /** The parent and its replies in order of time, no ephemeral ones. */
  listThread(channel: string, threadTs: string): Message[];
  lastTs(): string | undefined;
};

const BodyRow = z.object({ body: z.string() });

export function createMessages(database: Database): Messages {
  const parsed = (rows: Row[]): Message[] => rows.map(parseMessage);
  return {
    insert: (message) =>
      database.run(
        'INSERT INTO messages (channel, ts, thread_ts, ephemeral_to, body) VALUES (?, ?, ?, ?, ?)',
        message.channel,
        message.ts,
        message.thread_ts ?? null,
        message.ephemeral_to ?? null,
        JSON.stringify(message),
      ),
    replace: (message) =>
      database.run(
        'UPDATE messages SET thread_ts = ?, body = ? WHERE channel = ? AND ts = ?',
        message.thread_ts ?? null,
        JSON.stringify(message),
        message.channel,
        message.ts,
      ),
    remove: (channel, ts) => database.run('DELETE FROM messages WHERE channel = ? AND ts = ?', channel, ts),
    find(channel, ts) {
      const row = database.first('SELECT body FROM messages WHERE channel = ? AND ts = ?', channel, ts);
      return row === undefined ? undefined : parseMessage(row);
    },
    list: (channel) => parsed(database.all('SELECT body FROM messages WHERE channel = ? ORDER BY ts', channel)),
    listTopLevel: (channel) =>
      parsed(
        database.all(
          'SELECT body FROM messages WHERE channel = ? AND ephemeral_to IS NULL AND (thread_ts IS NULL OR thread_ts = ts) ORDER BY ts',
          channel,
        ),
      ),
    listThread: (channel, threadTs) =>
      parsed(
        database.all(
          `SELECT body, ts FROM messages WHERE channel = ?1 AND ts = ?2 AND ephemeral_to IS NULL
           UNION SELECT body, ts FROM messages WHERE channel = ?1 AND thread_ts = ?2 AND ephemeral_to IS NULL ORDER BY ts`,
          channel,
          threadTs,
        ),
      ),
    lastTs() {
      const row = database.first('SELECT MAX(ts) AS ts FROM messages');
      return z.object({ ts: z.string().nullable() }).parse(row).ts ?? undefined;
    },
  };
}

function parseMessage(row: Row): Message {
  return Message.parse(JSON.parse(BodyRow.parse(row).body));
}
