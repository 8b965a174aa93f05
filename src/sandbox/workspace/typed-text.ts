import { accountOf, channelOf, USER_GROUPS } from '../accounts.ts';
import type { Block } from '../store/messages.ts';

const BROADCASTS = new Set(['channel', 'here', 'everyone']);
/** Written so that a token a client inserted itself (`<@U…>`, `<#C…>`), a link and a typed name are each one match. */
const SPECIAL =
  /<@(?<user>[UW][A-Z0-9]+)>|<#(?<channelId>C[A-Z0-9]+)>|(?<link>https?:\/\/[^\s<>|]+)|(?<!\w)@(?<name>[a-z][a-z0-9-]*)|(?<!\w)#(?<channelName>[a-z][a-z0-9-]*)/g;

export type TypedPart =
  | { type: 'text'; text: string }
  | { type: 'user'; user_id: string }
  | { type: 'usergroup'; usergroup_id: string }
  | { type: 'channel'; channel_id: string }
  | { type: 'broadcast'; range: string }
  | { type: 'link'; url: string };

/** What a person typed, cut where Slack's composer sees a mention or a link; all else, `<!channel>` included, is plain text. */
export function partsOf(typed: string): TypedPart[] {
  const parts: TypedPart[] = [];
  let end = 0;
  for (const match of typed.matchAll(SPECIAL)) {
    const special = specialPart(match.groups ?? {});
    if (special === undefined) continue;
    if (match.index > end) parts.push({ type: 'text', text: typed.slice(end, match.index) });
    parts.push(special);
    end = match.index + match[0].length;
  }
  if (end < typed.length) parts.push({ type: 'text', text: typed.slice(end) });
  return parts;
}

function specialPart({ user, channelId, link, name, channelName }: Record<string, string | undefined>): TypedPart | undefined {
  if (link !== undefined) return { type: 'link', url: link };
  const channel = channelOf(channelId ?? channelName ?? '');
  if (channel !== undefined && !channel.isIm) return { type: 'channel', channel_id: channel.id };
  return mentionPart(user ?? name ?? '');
}

function mentionPart(name: string): TypedPart | undefined {
  if (BROADCASTS.has(name)) return { type: 'broadcast', range: name };
  const group = USER_GROUPS.find(({ handle }) => handle === name);
  if (group !== undefined) return { type: 'usergroup', usergroup_id: group.id };
  const account = accountOf(name);
  return account === undefined ? undefined : { type: 'user', user_id: account.id };
}

/** The three characters that Slack escapes in everything a person types. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A message's `text`: mentions and links as control sequences, the rest escaped. */
export function messageText(parts: readonly TypedPart[]): string {
  return parts.map(controlSequence).join('');
}

/** A command's `text` under should_escape: mentions carry their names as well. */
export function commandText(parts: readonly TypedPart[]): string {
  return parts.map((part) => named(part) ?? controlSequence(part)).join('');
}

function named(part: TypedPart): string | undefined {
  if (part.type === 'user') return `<@${part.user_id}|${accountOf(part.user_id)?.name}>`;
  if (part.type === 'channel') return `<#${part.channel_id}|${channelOf(part.channel_id)?.name}>`;
  return undefined;
}

function controlSequence(part: TypedPart): string {
  switch (part.type) {
    case 'text':
      return escapeText(part.text);
    case 'user':
      return `<@${part.user_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'channel':
      return `<#${part.channel_id}>`;
    case 'broadcast':
      return `<!${part.range}>`;
    case 'link':
      return `<${part.url}>`;
  }
}

/** The block that Slack's composer sends along with every message a person writes. */
export function richText(parts: readonly TypedPart[], blockId: string): Block {
  return { type: 'rich_text', block_id: blockId, elements: [{ type: 'rich_text_section', elements: parts }] };
}
