import { OWN_TEAM } from './bolt.ts';

// What Slack sends, as recorded from it: every field that Bolt routes by, and those that anything reads.

let counted = 0;
/** Slack's times and ids never repeat. */
export const next = (): number => {
  counted += 1;
  return counted;
};

export const CHANNEL = 'C0INCIDENTS';
const team = { id: OWN_TEAM, domain: 'home' };

export const slashBody = (user: string, text: string, change: Record<string, unknown> = {}) => ({
  token: 't',
  team_id: OWN_TEAM,
  team_domain: 'home',
  channel_id: CHANNEL,
  channel_name: 'incidents',
  user_id: user,
  user_name: user.toLowerCase(),
  command: '/incident',
  text,
  api_app_id: 'A0',
  is_enterprise_install: 'false',
  response_url: 'https://hooks.slack.com/commands/one',
  trigger_id: `1.2.${next()}`,
  ...change,
});

type Pressed = { user: string; actionId: string; value?: string; threadTs?: string; ts?: string };

export const clickBody = (
  { user, actionId, value, threadTs, ts = '1700000000.000100' }: Pressed,
  change: Record<string, unknown> = {},
) => ({
  type: 'block_actions',
  team,
  user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: OWN_TEAM },
  api_app_id: 'A0',
  token: 't',
  enterprise: null,
  is_enterprise_install: false,
  container: {
    type: 'message',
    message_ts: ts,
    channel_id: CHANNEL,
    is_ephemeral: false,
    ...(threadTs ? { thread_ts: threadTs } : {}),
  },
  trigger_id: `1.2.${next()}`,
  channel: { id: CHANNEL, name: 'incidents' },
  message: { ts, text: 'card' },
  state: { values: {} },
  response_url: 'https://hooks.slack.com/actions/one',
  actions: [
    {
      type: 'button',
      action_id: actionId,
      block_id: 'v1-buttons',
      text: { type: 'plain_text', text: 'x' },
      action_ts: `1700000200.${String(next()).padStart(6, '0')}`,
      ...(value === undefined ? {} : { value }),
    },
  ],
  ...change,
});

export const submitBody = (
  user: string,
  view: { callback_id: string; private_metadata: string },
  values: Record<string, unknown>,
) => ({
  type: 'view_submission',
  team,
  user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: OWN_TEAM },
  api_app_id: 'A0',
  token: 't',
  trigger_id: `1.2.${next()}`,
  is_enterprise_install: false,
  enterprise: null,
  response_urls: [],
  view: { id: 'V1', team_id: OWN_TEAM, type: 'modal', blocks: [], ...view, state: { values } },
});

const eventBody = (event: Record<string, unknown>) => ({
  token: 't',
  team_id: OWN_TEAM,
  api_app_id: 'A0',
  type: 'event_callback',
  event_id: `Ev${next()}`,
  event_time: 1_700_000_000,
  authorizations: [{ enterprise_id: null, team_id: OWN_TEAM, user_id: 'UGOVERNOR', is_bot: true, is_enterprise_install: false }],
  event,
});

/** A message of the channel; in a thread where `thread_ts` is given. Each has a time of its own, later than any card. */
export const messageBody = (user: string, text: string, change: Record<string, unknown> = {}) => {
  const ts = `1700000300.${String(next()).padStart(6, '0')}`;
  return eventBody({
    type: 'message',
    user,
    text,
    ts,
    channel: CHANNEL,
    channel_type: 'channel',
    event_ts: ts,
    team: OWN_TEAM,
    ...change,
  });
};

export const mentionBody = (user: string, text: string, change: Record<string, unknown> = {}) => {
  const ts = `1700000400.${String(next()).padStart(6, '0')}`;
  return eventBody({ type: 'app_mention', user, text, ts, channel: CHANNEL, event_ts: ts, team: OWN_TEAM, ...change });
};

export const homeBody = (user: string, tab: 'home' | 'messages' = 'home') =>
  eventBody({ type: 'app_home_opened', user, channel: 'D0', tab, event_ts: '1700000500.000100' });

export const shortcutBody = (user: string, change: Record<string, unknown> = {}) => ({
  type: 'shortcut',
  token: 't',
  action_ts: '1700000600.000100',
  team,
  user: { id: user, username: user.toLowerCase(), team_id: OWN_TEAM },
  is_enterprise_install: false,
  enterprise: null,
  callback_id: 'open_incident',
  trigger_id: `1.2.${next()}`,
  ...change,
});
