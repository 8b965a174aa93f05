import type { Inline } from './nodes.ts';
import { safeUrl } from './safe-url.ts';

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Undoes Slack's three escapes, each once: `&amp;lt;` becomes `&lt;`, never `<`. */
export const decodeEntities = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);

/**
 * Reads what stands between `<` and `>` in mrkdwn. Undefined means "not a control sequence": the caller then shows the
 * characters as they are, brackets included, so that a rejected address stays visible.
 */
export function readControl(inside: string): Inline | undefined {
  const [head, label] = splitLabel(inside);
  if (head.startsWith('@')) return mention('user', head.slice(1), /^[UW][A-Z0-9]+$/, label);
  if (head.startsWith('#')) return mention('channel', head.slice(1), /^[CGD][A-Z0-9]+$/, label);
  if (head.startsWith('!')) return special(head.slice(1), label);
  const url = safeUrl(decodeEntities(head));
  return url === undefined ? undefined : { kind: 'link', url, label: label ?? url.replace(/^mailto:/i, '') };
}

function splitLabel(inside: string): [head: string, label: string | undefined] {
  const bar = inside.indexOf('|');
  if (bar < 0) return [inside, undefined];
  const label = decodeEntities(inside.slice(bar + 1));
  return [inside.slice(0, bar), label === '' ? undefined : label];
}

function mention(
  kind: 'user' | 'channel' | 'usergroup',
  id: string,
  shape: RegExp,
  label: string | undefined,
): Inline | undefined {
  return shape.test(id) ? { kind, id, label } : undefined;
}

function special(command: string, label: string | undefined): Inline | undefined {
  if (/^(here|channel|everyone)$/.test(command)) return { kind: 'broadcast', range: command };
  if (command.startsWith('subteam^')) return mention('usergroup', command.slice('subteam^'.length), /^S[A-Z0-9]+$/, label);
  return command.startsWith('date^') ? date(command, label) : undefined;
}

function date(command: string, label: string | undefined): Inline | undefined {
  const [, seconds = '', format = '', link = ''] = command.split('^');
  if (!/^\d{1,12}$/.test(seconds) || format === '') return undefined;
  const url = safeUrl(decodeEntities(link));
  return { kind: 'date', timestamp: Number(seconds), format: decodeEntities(format), url, fallback: label ?? '' };
}
