import { z } from 'zod';
import { accountOf, GOVERNOR } from '../accounts.ts';
import { newBlockId, newUuid } from '../ids.ts';
import { wrongCall } from '../services/wrong-call.ts';
import { Block, type Message } from '../store/messages.ts';
import { messageProblems } from '../validate/message.ts';
import { problemText } from '../validate/problem.ts';
import { eventCallback } from '../workspace/events.ts';
import { VERIFICATION_TOKEN } from '../workspace/open-workspace.ts';
import { messageText, partsOf, richText } from '../workspace/typed-text.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { World } from '../world/world.ts';
import { raiseNamed } from './command.ts';
import { CHANNEL_DEFAULT, channelNamed, personNamed } from './lookups.ts';

const channel = z.string().default(CHANNEL_DEFAULT);
const text = z.string().min(1).max(12_000);

export const MessageCall = z.strictObject({ user: z.string(), channel, text, thread_ts: z.string().optional() });
export const ReplyCall = MessageCall.extend({ thread_ts: z.string() });
export const EditCall = z.strictObject({ user: z.string(), channel, ts: z.string(), text });
export const DeleteCall = EditCall.omit({ text: true });
export const BotPostCall = z.strictObject({
  user: z.string().default('deploybot'),
  channel,
  thread_ts: z.string().optional(),
  text: z.string().max(40_000),
  blocks: z.array(Block).optional(),
});
export const EventCall = z.looseObject({});

/** A person writes a message, in a channel or in a thread. */
export async function say(workspace: Workspace, world: World, call: z.infer<typeof MessageCall>): Promise<{ ts: string }> {
  const author = personNamed(call.user);
  const parts = partsOf(call.text);
  const written = messageText(parts);
  if (written.startsWith(`<@${GOVERNOR.id}>`)) raiseNamed(world, written);
  const place = channelNamed(call.channel);
  const message = workspace.conversation.post({
    channel: place,
    author,
    text: written,
    blocks: [richText(parts, newBlockId())],
    client_msg_id: newUuid(),
    ...thread(workspace, place.id, call.thread_ts),
  });
  await workspace.database.durable();
  return { ts: message.ts };
}

function thread({ messages }: Workspace, channelId: string, threadTs: string | undefined): { thread_ts?: string } {
  if (threadTs === undefined) return {};
  const parent = messages.find(channelId, threadTs);
  if (parent === undefined || parent.ephemeral_to !== undefined)
    return wrongCall(`there is no message \`${threadTs}\` to reply to`);
  return { thread_ts: threadTs };
}

function ownMessage({ messages }: Workspace, call: { user: string; channel: string; ts: string }): Message {
  const author = personNamed(call.user);
  const message = messages.find(channelNamed(call.channel).id, call.ts);
  return message?.user === author.id
    ? message
    : wrongCall(`\`${call.user}\` wrote no message \`${call.ts}\` in \`${call.channel}\``);
}

export async function editMessage(workspace: Workspace, call: z.infer<typeof EditCall>): Promise<{ ts: string }> {
  const message = ownMessage(workspace, call);
  const parts = partsOf(call.text);
  workspace.conversation.edit(message, { text: messageText(parts), blocks: [richText(parts, newBlockId())] }, message.user);
  await workspace.database.durable();
  return { ts: message.ts };
}

export async function deleteMessage(workspace: Workspace, call: z.infer<typeof DeleteCall>): Promise<{ ts: string }> {
  const message = ownMessage(workspace, call);
  workspace.conversation.remove(message);
  await workspace.database.durable();
  return { ts: message.ts };
}

/** Another app posts. Bots write control sequences themselves, so the text is taken as it is but for `@governor`. */
export async function botPost(workspace: Workspace, call: z.infer<typeof BotPostCall>): Promise<{ ts: string }> {
  const author = accountOf(call.user);
  if (author?.bot === undefined || author.id === GOVERNOR.id)
    return wrongCall(`\`${call.user}\` is not another app's bot; accepted: deploybot`);
  const problems = call.blocks === undefined ? [] : messageProblems(call.blocks);
  if (problems.length > 0) wrongCall(problems.map(problemText).join('; '));
  const place = channelNamed(call.channel);
  const message = workspace.conversation.post({
    channel: place,
    author,
    text: call.text.replaceAll(/@governor\b/g, `<@${GOVERNOR.id}>`),
    ...(call.blocks === undefined ? {} : { blocks: call.blocks }),
    ...thread(workspace, place.id, call.thread_ts),
  });
  await workspace.database.durable();
  return { ts: message.ts };
}

const Callback = z.looseObject({ event: z.looseObject({ type: z.string() }), event_id: z.string().optional() });
const Inner = z.looseObject({ type: z.string() });

/** Any event, inner or whole, sent as it is: no subscription or membership is asked, which is what forgeries need. */
export async function sendEvent(workspace: Workspace, given: z.infer<typeof EventCall>): Promise<{ ok: true; event_id: string }> {
  const whole = Callback.safeParse(given).data;
  const inner = Inner.safeParse(given).data;
  if (whole === undefined && inner === undefined)
    wrongCall('an event needs a type; accepted: an inner event, or {event: {type, …}, …}');
  const wrapped = eventCallback(whole?.event ?? inner ?? { type: '' }, VERIFICATION_TOKEN, workspace.now(), whole?.event_id);
  const event = { ...wrapped, ...whole, event_id: wrapped.event_id };
  workspace.events.enqueue(event);
  await workspace.database.durable();
  return { ok: true, event_id: event.event_id };
}
