import { WebClient } from '@slack/web-api';
import type { Log } from '../log.ts';
import { createSlackLog } from './slack-log.ts';

export type SlackClientOptions = {
  token: string;
  /** SLACK_API_URL; null for Slack's own. */
  apiUrl: string | null;
  log: Log;
  /** For one request, in milliseconds. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;

/**
 * A client that sends each request once. chat.postMessage has no idempotency key, so the SDK's own retries could post
 * a card twice; and a client that sleeps through a rate limit would hold up everything else. The options are built
 * here and shared with nobody, because Bolt's receivers write into the ones they are given.
 */
export function createSlackClient({ token, apiUrl, log, timeoutMs = TIMEOUT_MS }: SlackClientOptions): WebClient {
  return new WebClient(token, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: createSlackLog(log),
  });
}
