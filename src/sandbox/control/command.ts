import { z } from 'zod';
import { parseContent } from '../web-api/content.ts';
import { Response, responseUrl, showResponse } from '../web-api/response-url-route.ts';
import { slashCommand } from '../workspace/interactions.ts';
import { commandText, escapeText, partsOf } from '../workspace/typed-text.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { World } from '../world/world.ts';
import { type Acknowledged, acknowledged } from './acknowledged.ts';
import { acting, CHANNEL_DEFAULT, channelNamed, personNamed } from './lookups.ts';

export const CommandCall = z.strictObject({
  user: z.string(),
  channel: z.string().default(CHANNEL_DEFAULT),
  text: z.string().regex(/^\s*\/\S+/, 'must begin with a slash command'),
  thread_ts: z.string().optional(),
});
type CommandCall = z.infer<typeof CommandCall>;

/** A person types a slash command. */
export async function runCommand(
  workspace: Workspace,
  world: World,
  { user, channel: channelName, text, thread_ts: threadTs }: CommandCall,
): Promise<Acknowledged> {
  const account = personNamed(user);
  const channel = channelNamed(channelName);
  const [, command = '', rest = ''] = /^\s*(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const declared = workspace.manifest.commands.find((known) => known.command === command);
  if (declared === undefined)
    return { ok: false, ack_ms: 0, error: 'unknown_command', message: `${command} is not a valid command` };
  if (threadTs !== undefined)
    return { ok: false, ack_ms: 0, error: 'not_supported_in_threads', message: `${command} is not supported in threads` };

  raiseNamed(world, rest);
  const target = { user: account.id, channel: channel.id };
  const call = {
    channel,
    command,
    text: declared.should_escape === true ? commandText(partsOf(rest)) : escapeText(rest),
    responseUrl: responseUrl(workspace, target),
  };
  await workspace.database.durable();
  const outcome = await workspace.delivery.deliver(slashCommand(acting(workspace, account), call));
  if (outcome.ok) await showReply(workspace, target, outcome.payload);
  return acknowledged(outcome, command);
}

/** An incident in the real world begins before anybody types it; here it begins because somebody did. */
export function raiseNamed(world: World, text: string): void {
  const [service = ''] = text
    .trim()
    .replace(/^<@\w+>\s*/, '')
    .split(/\s+/);
  if (world.services().includes(service)) world.raise(service);
}

/** An acknowledgement may carry the answer itself. */
async function showReply(workspace: Workspace, target: { user: string; channel: string }, payload: unknown): Promise<void> {
  const reply = Response.safeParse(payload).data;
  if (reply === undefined || ((reply.text ?? '') === '' && reply.blocks === undefined)) return;
  const parsed = parseContent(reply, { max: 40_000, cut: true });
  if (!parsed.ok) {
    workspace.log.warn('the answer inside a command acknowledgement was refused', { refusal: parsed.refusal });
    return;
  }
  showResponse(workspace, target, reply, parsed.content);
  await workspace.database.durable();
}
