import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';

/**
 * Why Slack did not do what it was asked.
 * `rate_limited`: nothing was done; come back after `retryAfterMs`. `channel_closed`: this app cannot use that channel,
 * another one may do. `invalid_blocks`: the layout is refused, a plainer one may pass. `message_gone`: the message or
 * thread is not there, or not ours. `slack_refused`: any other definite refusal. `slack_unreachable`: the answer was lost, and
 * what was asked for may have been done. `search_unfinished`: there is more to read than is ever read.
 */
export type ChatFaultCode =
  | 'rate_limited'
  | 'channel_closed'
  | 'invalid_blocks'
  | 'message_gone'
  | 'slack_refused'
  | 'slack_unreachable'
  | 'search_unfinished';

/** A GovernorError that keeps Slack's own word, and how long to wait. */
export class ChatFault extends GovernorError {
  /** Slack's error, say `not_in_channel`; null where Slack gave none. */
  readonly slackError: string | null;
  /** Milliseconds; set on `rate_limited` alone. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ChatFaultCode,
    message: string,
    {
      slackError = null,
      retryAfterMs = null,
      cause,
    }: { slackError?: string | null; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(code, message, { cause });
    this.name = 'ChatFault';
    this.slackError = slackError;
    this.retryAfterMs = retryAfterMs;
  }
}

const CODES: Readonly<Record<string, ChatFaultCode>> = {
  ratelimited: 'rate_limited',
  rate_limited: 'rate_limited',
  channel_not_found: 'channel_closed',
  not_in_channel: 'channel_closed',
  is_archived: 'channel_closed',
  restricted_action: 'channel_closed',
  restricted_action_read_only_channel: 'channel_closed',
  restricted_action_thread_only_channel: 'channel_closed',
  invalid_blocks: 'invalid_blocks',
  invalid_blocks_format: 'invalid_blocks',
  msg_blocks_too_long: 'invalid_blocks',
  message_not_found: 'message_gone',
  thread_not_found: 'message_gone',
  cant_update_message: 'message_gone',
  // Slack documents of these that part of the work may have been done before they were raised.
  internal_error: 'slack_unreachable',
  fatal_error: 'slack_unreachable',
  service_unavailable: 'slack_unreachable',
  request_timeout: 'slack_unreachable',
};
const ERROR_WORD = /^[a-z][a-z0-9_]{0,99}$/;
const RETRY_DEFAULT_MS = 1_000;
const RETRY_MAX_MS = 3_600_000;

/** What a failed call of the Web API means. Whatever is not clearly a refusal counts as a lost answer. */
export function chatFault(method: string, fault: unknown): ChatFault {
  if (fault instanceof WebAPIRateLimitedError) return rateLimited(method, fault.retryAfter, fault);
  if (!(fault instanceof WebAPIPlatformError)) return unreachable(method, problemOf(fault), fault);
  const { error, response_metadata: more } = fault.data;
  // The SDK reports a page that is no JSON, say a proxy's, as an error whose name is the whole page.
  if (!ERROR_WORD.test(error)) return unreachable(method, 'the answer is not JSON', fault);
  const code = CODES[error] ?? 'slack_refused';
  if (code === 'rate_limited') return rateLimited(method, more?.retryAfter, fault);
  const detail = more?.messages?.length ? `: ${more.messages.join('; ').slice(0, 500)}` : '';
  return new ChatFault(code, `Slack answered ${method} with \`${error}\`${detail}`, { slackError: error, cause: fault });
}

export function unreachable(method: string, why: string, cause: unknown): ChatFault {
  return new ChatFault('slack_unreachable', `Slack did not answer ${method}: ${why}`, { cause });
}

function rateLimited(method: string, retryAfterS: number | undefined, cause: unknown): ChatFault {
  const wantedMs = (retryAfterS ?? 0) * 1_000 || RETRY_DEFAULT_MS;
  const retryAfterMs = Math.min(Math.max(wantedMs, RETRY_DEFAULT_MS), RETRY_MAX_MS);
  return new ChatFault('rate_limited', `Slack wants ${method} to wait ${retryAfterMs / 1_000} s`, {
    slackError: 'ratelimited',
    retryAfterMs,
    cause,
  });
}
