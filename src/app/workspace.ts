import { HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import type { Chat } from '../../pipeline/ports.ts';
import type { Connection } from '../chat/connection.ts';
import { createHttpConnection, createSocketConnection } from '../chat/connection.ts';
import { createSlackChat } from '../chat/slack-chat.ts';
import type { Settings } from '../config/settings.ts';
import type { RequestHandler } from '../http/server.ts';
import type { Log } from '../log.ts';
import type { BoltApp } from './bolt.ts';
import { createBolt } from './bolt.ts';
import { systemClock as clock } from './core.ts';
import { countInFlight } from './in-flight.ts';

/** The Slack workspace, its tokens tried, before anything is heard from it. */
export type Workspace = Pick<BoltApp, 'app' | 'client'> & {
  connection: Connection;
  chat: Chat;
  /** Slack's id of our own team. */
  ownTeam: () => string;
  /** The workspace's own address as Slack tells it. */
  url: string | null;
  /** How many of Slack's requests are being answered. */
  inFlight: () => number;
  /** Where Slack comes to us: signed requests come in on our own server, beside the other routes. */
  routes: readonly RequestHandler[];
  listen(): Promise<void>;
  stop(): Promise<void>;
};

/** Throws where there is no workspace, or where Slack does not take the tokens. */
export async function openWorkspace({ slack }: Pick<Settings, 'slack'>, log: Log): Promise<Workspace> {
  if (slack === null) throw new GovernorError('no_slack', 'no Slack workspace and no sandbox to connect to');
  const bolt = createBolt(slack, log);
  const { app, client } = bolt;
  const connection = connectionOf(bolt);
  const inFlight = countInFlight(app);
  await app.init();
  const self = await client.auth.test();
  const chat = createSlackChat({ client, botUserId: () => self.user_id ?? '', connection: connection.state, clock, log });
  return {
    app,
    client,
    connection,
    chat,
    ownTeam: () => self.team_id ?? '',
    url: self.url ?? null,
    inFlight,
    routes: routesOf(bolt),
    listen: async () => void (await app.start()),
    stop: () => stopBolt(bolt, log),
  };
}

const connectionOf = ({ receiver }: BoltApp): Connection =>
  receiver instanceof SocketModeReceiver
    ? createSocketConnection({ client: receiver.client, clock })
    : createHttpConnection({ clock });

function routesOf({ receiver }: BoltApp): RequestHandler[] {
  if (!(receiver instanceof HTTPReceiver)) return [];
  return [
    async (req, res) => {
      if (req.method !== 'POST' || req.url?.split('?')[0] !== '/slack/events') return false;
      receiver.requestListener(req, res);
      return true;
    },
  ];
}

async function stopBolt({ app }: BoltApp, log: Log): Promise<void> {
  try {
    await app.stop();
  } catch (fault) {
    // Bolt rejects with nothing at all where the connection was already lost; there is nothing left to stop then.
    log.debug('the Slack connection had ended before', { problem: problemOf(fault) });
  }
}
