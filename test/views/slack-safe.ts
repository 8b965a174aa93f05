import { messageProblems } from '../../src/sandbox/validate/message.ts';
import { viewProblems } from '../../src/sandbox/validate/view.ts';
import { charsOf } from '../../views/layout.ts';
import { LIMITS } from '../../views/text.ts';

/** Who and what a message may name: everything else in it is data, and data names nobody. */
export type Allowed = { mentions: readonly string[]; links: readonly string[] };

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?!\n)\p{Cc}/u;
const CONTROL_SEQUENCE = /<[^<>]*>/g;
const DATE = /^<!date\^\d+\^[^^|<>]+\|[0-9TZ:.-]+>$/;
const BARE_AMPERSAND = /&(?!amp;|lt;|gt;)/;

/** What is wrong with the text outside of blocks. */
export function textFaults(text: string, allowed: Allowed): string[] {
  const faults = text === '' ? ['the text is empty'] : [];
  if (/:\/\//.test(text.replace(CONTROL_SEQUENCE, ''))) faults.push(`a bare address: ${text.slice(0, 200)}`);
  return [...faults, ...markupFaults(text, allowed), ...characterFaults(text)];
}

/** What is wrong with a message's blocks: broken limits, and anything that data managed to mention or link. */
export function messageFaults(blocks: readonly object[], allowed: Allowed): string[] {
  const problems = messageProblems(blocks).map(({ message, pointer }) => `${pointer}: ${message}`);
  if (charsOf(blocks) > LIMITS.messageChars) problems.push(`${charsOf(blocks)} characters`);
  if (blocks.length > LIMITS.messageBlocks || blocks.length === 0) problems.push(`${blocks.length} blocks`);
  return [...problems, ...contentFaults(blocks, allowed)];
}

export function viewFaults(view: object, type: 'modal' | 'home', allowed: Allowed): string[] {
  const problems = viewProblems(view, type).map(({ message, pointer }) => `${pointer}: ${message}`);
  return [...problems, ...contentFaults(view, allowed)];
}

function contentFaults(node: unknown, allowed: Allowed): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => contentFaults(item, allowed));
  if (typeof node !== 'object' || node === null) return [];
  const fields = node as Record<string, unknown>;
  const own = [...markedFaults(fields, allowed), ...namedFaults(fields, allowed), ...shownFaults(fields)];
  return [...own, ...Object.values(fields).flatMap((value) => contentFaults(value, allowed))];
}

function markedFaults({ type, text, verbatim }: Record<string, unknown>, allowed: Allowed): string[] {
  if (type !== 'mrkdwn') return [];
  const faults = verbatim === true ? [] : ['mrkdwn that is not verbatim'];
  return [...faults, ...markupFaults(String(text), allowed)];
}

function markupFaults(text: string, allowed: Allowed): string[] {
  const faults: string[] = [];
  for (const [sequence] of text.matchAll(CONTROL_SEQUENCE)) {
    const linked = allowed.links.some((url) => sequence.startsWith(`<${url.replaceAll('&', '&amp;')}|`));
    const known = allowed.mentions.some((id) => sequence === `<@${id}>` || sequence === `<!subteam^${id}>`);
    if (!known && !linked && !DATE.test(sequence)) faults.push(`an unwanted control sequence: ${sequence}`);
  }
  if (/[<>]/.test(text.replace(CONTROL_SEQUENCE, ''))) faults.push(`a bare bracket in: ${text.slice(0, 200)}`);
  if (BARE_AMPERSAND.test(text)) faults.push(`a bare ampersand in: ${text.slice(0, 200)}`);
  return faults;
}

const ELEMENTS = new Set(['text', 'user', 'usergroup', 'date', 'link']);

function namedFaults({ type, user_id, usergroup_id, url, slack_file }: Record<string, unknown>, allowed: Allowed): string[] {
  const faults: string[] = [];
  if (type === 'user' && !allowed.mentions.includes(String(user_id))) faults.push(`mentions ${user_id}`);
  if (type === 'usergroup' && !allowed.mentions.includes(String(usergroup_id))) faults.push(`mentions ${usergroup_id}`);
  if (type === 'link' && !allowed.links.includes(String(url))) faults.push(`links to ${url}`);
  // A picture is a file of this workspace; an address would tell somebody elsewhere who reads the card.
  if (type === 'image' && JSON.stringify(slack_file) !== '{"id":"F0PICTURE"}') faults.push('holds an image from elsewhere');
  if (['broadcast', 'channel', 'team', 'emoji', 'markdown'].includes(String(type))) faults.push(`holds a ${type}`);
  return faults;
}

/** Every text that is shown: no control, nothing invisible, no half character, no emoji made of data. */
function shownFaults(fields: Record<string, unknown>): string[] {
  const faults = fields.type === 'plain_text' && fields.emoji !== false ? ['plain text with emoji on'] : [];
  const shown = ['text', 'title', 'fallback'].flatMap((name) => (typeof fields[name] === 'string' ? [fields[name]] : []));
  if (ELEMENTS.has(String(fields.type)) && fields.text === '') faults.push('an empty text element');
  return [...faults, ...shown.flatMap(characterFaults)];
}

function characterFaults(text: string): string[] {
  const faults = text.isWellFormed() ? [] : ['a lone surrogate'];
  const hidden = INVISIBLE.exec(text);
  return hidden === null ? faults : [...faults, `a hidden character U+${hidden[0].codePointAt(0)?.toString(16)}`];
}
