import type { RichTextElement } from '@slack/types';
import { cut, ELLIPSIS, entities, LIMITS, oneLine, prose, unlinked, visible } from './text.ts';

type Shape =
  | { is: 'words'; text: string; bold: boolean }
  | { is: 'data'; text: string }
  | { is: 'code'; text: string }
  | { is: 'person'; id: string }
  | { is: 'date'; seconds: number; format: string; fallback: string }
  | { is: 'link'; url: string; label: string };

/** One run of a sentence. What is ours and what came from outside stays apart until a surface is chosen. */
export type Span = Readonly<Shape>;
export type Line = readonly Span[];

type Piece = Span | Line | number;

/**
 * A sentence of ours with data in it. The literal parts are our own words; a bare string cannot be put in, so that
 * whoever writes a sentence has to say what it is: `data`, `code`, `person`, `when` or `link`.
 */
export function line(strings: TemplateStringsArray, ...inserted: readonly Piece[]): Line {
  const spans: Span[] = [];
  for (const [index, text] of strings.entries()) {
    if (text !== '') spans.push(words(text));
    const piece = inserted[index];
    if (piece !== undefined) spans.push(...spansOf(piece));
  }
  return spans;
}

const spansOf = (piece: Piece): Line => {
  if (typeof piece === 'number') return [words(String(piece))];
  return 'is' in piece ? [piece] : piece;
};

/** Our own words, from a table of this folder. */
export const words = (own: string): Span => ({ is: 'words', text: own, bold: false });
export const bold = (own: string): Span => ({ is: 'words', text: own, bold: true });
/** Untrusted text for reading, in one line, cut to `max`. */
export const data = (text: string, max: number): Span => ({ is: 'data', text: cut(oneLine(text), max) });
/** Untrusted text with its line ends. */
export const passage = (text: string, max: number): Span => ({ is: 'data', text: cut(prose(text).trim(), max) });
/** An id or a value, with nothing in it hidden. */
export const code = (id: string, max: number = LIMITS.code): Span => ({ is: 'code', text: cut(visible(id), max) });

const NAME_CHARS = 60;
const USER = /^[UWB][A-Z0-9]{2,}$/;
const GROUP = /^S[A-Z0-9]{2,}$/;
const MENTION = /^<(?:@|!subteam\^)([UWBS][A-Z0-9]{2,})>$/;

/** A person or a group as a mention where the text is exactly a Slack id or a mention of one; any other name is data. */
export function person(who: string): Span {
  const id = MENTION.exec(who)?.[1] ?? who;
  return USER.test(id) || GROUP.test(id) ? { is: 'person', id } : code(who, NAME_CHARS);
}

/** A time in the reader's own zone; the ISO text where it is no time or the surface cannot show one. */
export function when(iso: string, format = '{date_short_pretty} at {time}'): Span {
  const at = Date.parse(iso);
  if (!Number.isFinite(at)) return code(iso);
  return { is: 'date', seconds: Math.floor(at / 1_000), format, fallback: new Date(at).toISOString() };
}
/** A time that is minutes away: the date would only hide it. */
export const soon = (iso: string): Span => when(iso, '{time_secs}');

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A link where the address is http(s) to this machine or to one of `hosts`, and no longer than `max`; else its label alone. */
export function link(url: string, label: string, hosts: readonly string[] = [], max: number = LIMITS.url): Span {
  const parsed = URL.parse(url);
  const known = parsed !== null && (LOOPBACK.has(parsed.hostname) || hosts.includes(parsed.hostname));
  const plain = known && parsed.username === '' && /^https?:$/.test(parsed.protocol) && parsed.href.length <= max;
  // The parsed address has no white space and no control characters; these four could still end a control sequence.
  return plain && !/[<>|"]/.test(parsed.href) ? { is: 'link', url: parsed.href, label: cut(oneLine(label), 75) } : code(label);
}

export function joined(lines: readonly Piece[], between: string): Line {
  return lines.flatMap((item, index) => [...(index === 0 ? [] : [words(between)]), ...spansOf(item)]);
}

/** The first `max` of them, and how many are left. */
export function firstFew(items: readonly Piece[], max: number, between = ', '): Line {
  const more = items.length - max;
  const shown = joined(items.slice(0, max), between);
  return more > 0 ? [...shown, words(` and ${more} more`)] : shown;
}

/** mrkdwn. Untrusted text stands in a code span there, because escaping leaves `*`, `_` and `~` alive. */
export function mrkdwn(from: Line, max: number): string {
  let text = '';
  for (const span of from) {
    const piece = markupOf(span);
    if (text.length + piece.length > max - ELLIPSIS.length) return `${text}${ELLIPSIS}`;
    text += piece;
  }
  return text;
}

function markupOf(span: Span): string {
  switch (span.is) {
    case 'words':
      return span.bold ? `*${entities(span.text)}*` : entities(span.text);
    case 'data':
    case 'code':
      return span.text === '' ? '' : `\`${entities(inCode(span.text))}\``;
    case 'person':
      return GROUP.test(span.id) ? `<!subteam^${span.id}>` : `<@${span.id}>`;
    case 'date':
      return `<!date^${span.seconds}^${span.format}|${span.fallback}>`;
    case 'link':
      return `<${entities(span.url)}|${entities(span.label).replace(/\|/g, '/')}>`;
  }
}

const inCode = (text: string): string => text.replace(/`/g, 'ˋ').replace(/\s+/g, ' ');

/** Elements of rich text: nothing in them is parsed, so data stands there as it is. */
export function richElements(from: Line): RichTextElement[] {
  return from.map(richOf).filter((element) => element.type !== 'text' || element.text !== '');
}

function richOf(span: Span): RichTextElement {
  switch (span.is) {
    case 'words':
      return span.bold ? { type: 'text', text: span.text, style: { bold: true } } : { type: 'text', text: span.text };
    case 'data':
      return { type: 'text', text: span.text };
    case 'code':
      return { type: 'text', text: span.text, style: { code: true } };
    case 'person':
      return GROUP.test(span.id) ? { type: 'usergroup', usergroup_id: span.id } : { type: 'user', user_id: span.id };
    case 'date':
      return { type: 'date', timestamp: span.seconds, format: span.format, fallback: span.fallback };
    case 'link':
      return { type: 'link', url: span.url, text: span.label };
  }
}

/** Text outside of blocks: notifications, screen readers and private answers. */
export function plainText(from: Line, max: number = LIMITS.messageText): string {
  let text = '';
  for (const span of from) {
    const piece = plainOf(span);
    if (text.length + piece.length > max - ELLIPSIS.length) return `${text}${ELLIPSIS}`;
    text += piece;
  }
  return text;
}

function plainOf(span: Span): string {
  if (span.is === 'words') return entities(span.text);
  return span.is === 'data' || span.is === 'code' ? entities(unlinked(span.text)) : markupOf(span);
}
