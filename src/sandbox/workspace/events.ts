import { APP_ID, channelOf, GOVERNOR, TEAM } from '../accounts.ts';
import { newId } from '../ids.ts';
import type { Message } from '../store/messages.ts';
import { apiMessage, isShared } from './message-shapes.ts';

export type EventCallback = { event_id: string; [field: string]: unknown };
export type InnerEvent = { type: string; [field: string]: unknown };
/** The subscription an event needs, beside the bot being a member of its channel. */
export type Subscribed = { subscription: string; channel?: string; event: InnerEvent };

/** The outer shape of every event, as Socket Mode and HTTP both carry it. */
export function eventCallback(event: InnerEvent, token: string, nowMs: number, eventId = newId('Ev')): EventCallback {
  const channel = typeof event.channel === 'string' ? event.channel : undefined;
  return {
    token,
    team_id: TEAM.id,
    context_team_id: TEAM.id,
    context_enterprise_id: null,
    api_app_id: APP_ID,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(nowMs / 1000),
    authorizations: [{ enterprise_id: null, team_id: TEAM.id, user_id: GOVERNOR.id, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: channel !== undefined && isShared(channel),
    event_context: `4-${eventId}`,
  };
}

function messageSubscription(channelId: string): string {
  return channelOf(channelId)?.isIm === true ? 'message.im' : 'message.channels';
}

function channelType(channelId: string): string {
  return channelOf(channelId)?.isIm === true ? 'im' : 'channel';
}

/** What one new message causes: the message event, and for a mention of the bot a second event of the same channel and ts. */
export function postedEvents(message: Message): Subscribed[] {
  const { channel, ts } = message;
  const posted = { ...apiMessage(message), type: 'message', channel, event_ts: ts };
  const event = { ...posted, channel_type: channelType(channel) };
  const pair: Subscribed[] = [{ subscription: messageSubscription(channel), channel, event }];
  if (mentionsBot(message)) pair.unshift({ subscription: 'app_mention', channel, event: { ...posted, type: 'app_mention' } });
  return pair;
}

/** A bot is told of mentions by people and by other bots, never of its own. */
function mentionsBot({ text, user, channel }: Message): boolean {
  return user !== GOVERNOR.id && channelOf(channel)?.isIm === false && text.includes(`<@${GOVERNOR.id}>`);
}

export function changedEvent(message: Message, previous: Message, eventTs: string): Subscribed {
  const event = {
    type: 'message',
    subtype: 'message_changed',
    message: apiMessage(message),
    previous_message: apiMessage(previous),
    channel: message.channel,
    hidden: true,
    ts: eventTs,
    event_ts: eventTs,
    channel_type: channelType(message.channel),
  };
  return { subscription: messageSubscription(message.channel), channel: message.channel, event };
}

export function deletedEvent(previous: Message, eventTs: string): Subscribed {
  const event = {
    type: 'message',
    subtype: 'message_deleted',
    previous_message: apiMessage(previous),
    channel: previous.channel,
    hidden: true,
    deleted_ts: previous.ts,
    ts: eventTs,
    event_ts: eventTs,
    channel_type: channelType(previous.channel),
  };
  return { subscription: messageSubscription(previous.channel), channel: previous.channel, event };
}
