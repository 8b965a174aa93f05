import { ACCOUNTS, type Account, accountOf, CHANNELS, type Channel, channelOf } from '../accounts.ts';
import { wrongCall } from '../services/wrong-call.ts';
import type { Message } from '../store/messages.ts';
import type { Actor } from '../workspace/interactions.ts';
import { VERIFICATION_TOKEN } from '../workspace/open-workspace.ts';
import type { Workspace } from '../workspace/workspace.ts';

export const CHANNEL_DEFAULT = 'incidents';
export function personNamed(name: string): Account {
  const account = accountOf(name);
  if (account !== undefined && account.bot === undefined) return account;
  return wrongCall(`there is no person \`${name}\`; accepted: ${people().join(', ')}`);
}

export function people(): string[] {
  return ACCOUNTS.filter(({ bot }) => bot === undefined).map(({ name }) => name);
}

export function channelNamed(name: string): Channel {
  const channel = channelOf(name);
  return (
    channel ??
    wrongCall(`there is no channel \`${name}\`; accepted: ${CHANNELS.map((known) => known.name).join(', ')}, or a person's @name`)
  );
}

/** A message the person can see: an ephemeral one only if it is theirs. */
export function messageSeenBy(workspace: Workspace, person: Account, channel: Channel, ts: string): Message {
  const message = workspace.messages.find(channel.id, ts);
  const hidden = message?.ephemeral_to !== undefined && message.ephemeral_to !== person.id;
  return message === undefined || hidden
    ? wrongCall(`\`${person.name}\` sees no message \`${ts}\` in \`${channel.name}\``)
    : message;
}

/** A person acting right now, with a trigger that lives as long as Slack's. */
export function acting({ triggers }: Workspace, account: Account): Actor {
  return { account, triggerId: triggers.issue(account.id), token: VERIFICATION_TOKEN };
}
