import { z } from 'zod';
import { wrongCall } from '../services/wrong-call.ts';
import { responseUrl } from '../web-api/response-url-route.ts';
import { actionTs, globalShortcut, messageShortcut } from '../workspace/interactions.ts';
import { apiView } from '../workspace/screens.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Acknowledged, acknowledged } from './acknowledged.ts';
import { acting, CHANNEL_DEFAULT, channelNamed, messageSeenBy, personNamed } from './lookups.ts';

export const HomeCall = z.strictObject({ user: z.string() });
export const ShortcutCall = z.strictObject({
  user: z.string(),
  callback_id: z.string(),
  channel: z.string().default(CHANNEL_DEFAULT),
  /** The message a message shortcut is used on. */
  ts: z.string().optional(),
});

/** A person opens the app's Home tab. */
export async function openHome(workspace: Workspace, { user }: z.infer<typeof HomeCall>): Promise<{ ok: true }> {
  const account = personNamed(user);
  const home = workspace.views.home(account.id);
  const event = {
    type: 'app_home_opened',
    user: account.id,
    channel: `D${account.id.slice(1)}`,
    tab: 'home',
    event_ts: actionTs(workspace.now()),
    ...(home === undefined ? {} : { view: apiView(home) }),
  };
  workspace.announce({ subscription: 'app_home_opened', event });
  await workspace.database.durable();
  return { ok: true };
}

/** A person picks a shortcut: a global one from anywhere, a message one from a message's menu. */
export async function useShortcut(
  workspace: Workspace,
  { user, callback_id: callbackId, channel: channelName, ts }: z.infer<typeof ShortcutCall>,
): Promise<Acknowledged> {
  const account = personNamed(user);
  const declared = workspace.manifest.shortcuts.find((shortcut) => shortcut.callback_id === callbackId);
  const known = workspace.manifest.shortcuts.map((shortcut) => shortcut.callback_id).join(', ');
  if (declared === undefined) return wrongCall(`there is no shortcut \`${callbackId}\`; accepted: ${known}`);
  const actor = acting(workspace, account);
  if (declared.type === 'global') {
    return acknowledged(await workspace.delivery.deliver(globalShortcut(actor, callbackId, workspace.now())), declared.name);
  }
  if (ts === undefined) return wrongCall('a message shortcut needs the ts of a message');
  const channel = channelNamed(channelName);
  const message = messageSeenBy(workspace, account, channel, ts);
  const url = responseUrl(workspace, { user: account.id, channel: channel.id, ts });
  await workspace.database.durable();
  const envelope = messageShortcut(actor, { callbackId, channel, message, responseUrl: url, nowMs: workspace.now() });
  return acknowledged(await workspace.delivery.deliver(envelope), declared.name);
}
