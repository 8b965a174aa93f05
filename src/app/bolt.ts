import type { Logger, Receiver } from '@slack/bolt';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClient, WebClientOptions } from '@slack/web-api';
import { SIGNED_AT } from '../../listeners/signed-moment.ts';
import { createSlackClient } from '../chat/slack-client.ts';
import { createSlackLog } from '../chat/slack-log.ts';
import type { SlackConnection } from '../config/connections.ts';
import type { Log } from '../log.ts';

/** Slack shows people an error after 3 s; a call that hangs longer than this helps nobody. */
const CALL_TIMEOUT_MS = 10_000;
/** How long Bolt waits before it connects again, times the failures so far; its default of 5 s loses clicks. */
const RECONNECT_MS = 1_000;
const SOCKET_RETRIES = { retries: 100, factor: 1.3, minTimeout: 250, maxTimeout: 5_000 };
const ONCE = { retries: 0 };

export type BoltApp = {
  app: App;
  receiver: SocketModeReceiver | HTTPReceiver;
  /** A client that never retries by itself: a retried post could appear twice. */
  client: WebClient;
};

/** Each client gets an options object of its own: Bolt's clients write into the one they are given. */
const optionsFor = (
  slack: SlackConnection,
  retryConfig: NonNullable<WebClientOptions['retryConfig']>,
  logger: Logger,
): WebClientOptions => ({
  retryConfig: { ...retryConfig },
  timeout: CALL_TIMEOUT_MS,
  rejectRateLimitedCalls: true,
  logger,
  ...(slack.apiUrl === null ? {} : { slackApiUrl: slack.apiUrl }),
});

/** The Bolt app over Socket Mode or signed HTTP, not yet started: tokens are tried by `init`, so a bad one is a plain rejection. */
export function createBolt(slack: SlackConnection, log: Log): BoltApp {
  const logger = createSlackLog(log.child({ from: 'bolt' }));
  const receiver = slack.transport === 'socket' ? socketReceiver(slack, logger) : httpReceiver(slack, logger);
  const app = new App({
    token: slack.botToken,
    receiver: receiver as Receiver,
    clientOptions: optionsFor(slack, ONCE, logger),
    deferInitialization: true,
    // Bolt would otherwise remember every channel for ever, and look each one up before each request.
    convoStore: false,
    logger,
  });
  return { app, receiver, client: createSlackClient({ token: slack.botToken, apiUrl: slack.apiUrl, log }) };
}

function socketReceiver(slack: SlackConnection, logger: Logger): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: slack.appToken ?? '',
    clientPingTimeout: RECONNECT_MS,
    logger,
    installerOptions: { clientOptions: optionsFor(slack, SOCKET_RETRIES, logger) },
  });
}

function httpReceiver(slack: SlackConnection, logger: Logger): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret: slack.signingSecret ?? '',
    logger,
    processBeforeResponse: false,
    // Read once the signature over it was found good.
    customPropertiesExtractor: ({ headers }) => ({ [SIGNED_AT]: Number(headers['x-slack-request-timestamp']) * 1_000 }),
  });
}
