import { type Account, APP_ID, type Channel, STRANGER_TEAM, TEAM } from '../accounts.ts';
import type { Envelope } from '../delivery/envelope.ts';
import type { Message } from '../store/messages.ts';
import type { OpenView } from '../store/views.ts';
import type { StateValues } from './elements.ts';
import { apiMessage } from './message-shapes.ts';
import { apiView } from './screens.ts';

export type Actor = { account: Account; triggerId: string; token: string };
export type Action = { action_id: string; block_id: string; type: string; [field: string]: unknown };
export type CommandCall = { channel: Channel; command: string; text: string; responseUrl: string };

const interactive = (payload: Record<string, unknown>, acceptsResponsePayload = true): Envelope => ({
  type: 'interactive',
  payload,
  acceptsResponsePayload,
  retry: { attempt: 0, reason: '' },
});

export function slashCommand({ account, triggerId, token }: Actor, call: CommandCall): Envelope {
  const team = account.teamId === STRANGER_TEAM.id ? STRANGER_TEAM : TEAM;
  const payload = {
    token,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: call.channel.id,
    channel_name: call.channel.isIm ? 'directmessage' : call.channel.name,
    user_id: account.id,
    user_name: account.name,
    command: call.command,
    text: call.text,
    api_app_id: APP_ID,
    // A string, as in the form that Slack sends.
    is_enterprise_install: 'false',
    response_url: call.responseUrl,
    trigger_id: triggerId,
  };
  return { type: 'slash_commands', payload, acceptsResponsePayload: true, retry: { attempt: 0, reason: '' } };
}

function base(type: string, { account, triggerId, token }: Actor): Record<string, unknown> {
  return {
    type,
    user: { id: account.id, username: account.name, name: account.name, team_id: account.teamId },
    team: { id: TEAM.id, domain: TEAM.domain },
    enterprise: null,
    is_enterprise_install: false,
    api_app_id: APP_ID,
    token,
    trigger_id: triggerId,
  };
}

export type MessageClick = {
  message: Message;
  channel: Channel;
  state: StateValues;
  responseUrl: string;
  actions: readonly Action[];
};

export function messageAction(actor: Actor, { message, channel, state, responseUrl, actions }: MessageClick): Envelope {
  const isEphemeral = message.ephemeral_to !== undefined;
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  return interactive({
    ...base('block_actions', actor),
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: isEphemeral, ...thread },
    channel: { id: channel.id, name: channelName(channel) },
    // Slack keeps no copy of an ephemeral message, so an interaction with one carries no `message`.
    ...(isEphemeral ? {} : { message: apiMessage(message, { withMetadata: true }) }),
    state: { values: state },
    response_url: responseUrl,
    actions,
  });
}

export function viewAction(actor: Actor, view: OpenView, actions: readonly Action[]): Envelope {
  return interactive({
    ...base('block_actions', actor),
    container: { type: 'view', view_id: view.id },
    view: apiView(view),
    actions,
  });
}

export function viewSubmission(actor: Actor, view: OpenView): Envelope {
  return interactive({ ...base('view_submission', actor), view: apiView(view), response_urls: [] });
}

export function viewClosed(actor: Actor, view: OpenView, isCleared: boolean): Envelope {
  return interactive({ ...base('view_closed', actor), view: apiView(view), is_cleared: isCleared });
}

export function globalShortcut(actor: Actor, callbackId: string, nowMs: number): Envelope {
  return interactive({ ...base('shortcut', actor), callback_id: callbackId, action_ts: actionTs(nowMs) }, false);
}

export type MessageShortcut = { callbackId: string; channel: Channel; message: Message; responseUrl: string; nowMs: number };

export function messageShortcut(actor: Actor, { callbackId, channel, message, responseUrl, nowMs }: MessageShortcut): Envelope {
  return interactive({
    ...base('message_action', actor),
    callback_id: callbackId,
    action_ts: actionTs(nowMs),
    message_ts: message.ts,
    channel: { id: channel.id, name: channelName(channel) },
    message: apiMessage(message),
    response_url: responseUrl,
  });
}

export function actionTs(nowMs: number): string {
  return (nowMs / 1000).toFixed(6);
}

function channelName(channel: Channel): string {
  return channel.isIm ? 'directmessage' : channel.name;
}
