import { createInlineList, type Inline } from './nodes.ts';
import { safeUrl } from './safe-url.ts';

type Found = { node: Inline; taken: number };
type Reader = (rest: string, depth: number) => Found | undefined;

const DEPTH_MAX = 6;
/** A span longer than 2,000 characters is shown as it is; it keeps every pattern short-sighted and so linear. */
const SPANS = {
  '**': /^\*\*(?!\s)([^\n]{1,2000}?)(?<!\s)\*\*(?!\*)/,
  '*': /^\*(?![\s*])([^\n]{1,2000}?)(?<![\s*])\*(?!\*)/,
  __: /^__(?!\s)([^\n]{1,2000}?)(?<!\s)__(?![\p{L}\p{N}_])/u,
  _: /^_(?![\s_])([^\n]{1,2000}?)(?<![\s_])_(?![\p{L}\p{N}_])/u,
  '~~': /^~~(?!\s)([^\n]{1,2000}?)(?<!\s)~~(?!~)/,
};
const SPECIAL = /[\\`*_~[!\n]|https?:\/\//giu;
const WORD = /[\p{L}\p{N}_]/u;

const READERS: Record<string, Reader> = {
  '\\': readEscape,
  '`': readCode,
  '*': (rest, depth) => readSpan(rest, depth, '**', 'bold') ?? readSpan(rest, depth, '*', 'italic'),
  _: (rest, depth) => readSpan(rest, depth, '__', 'bold') ?? readSpan(rest, depth, '_', 'italic'),
  '~': (rest, depth) => readSpan(rest, depth, '~~', 'strike'),
  '[': readLink,
  '!': readImage,
  '\n': () => ({ node: { kind: 'break' }, taken: 1 }),
  h: readBareUrl,
};

/** Marks inside one passage of Markdown. An image is drawn as a link to it, never fetched. */
export function readMarkdownInline(text: string, depth = 0): Inline[] {
  const list = createInlineList();
  let at = 0;
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const special = SPECIAL.exec(text)?.index ?? text.length;
    list.addText(text.slice(at, special));
    const found = readAt(text, special, depth);
    if (found === undefined) list.addText(text.charAt(special));
    else list.add(found.node);
    at = special + (found?.taken ?? 1);
  }
  return list.nodes;
}

function readAt(text: string, at: number, depth: number): Found | undefined {
  const mark = text.charAt(at);
  const insideWord = at > 0 && WORD.test(text.charAt(at - 1));
  // `_` inside a word is part of a name, and an address inside a word is no address.
  if (depth >= DEPTH_MAX || (insideWord && (mark === '_' || mark === 'h'))) return undefined;
  return READERS[mark.toLowerCase()]?.(text.slice(at, at + 4_100), depth);
}

function readEscape(rest: string): Found | undefined {
  const escaped = /^\\([!-/:-@[-`{-~])/.exec(rest)?.[1];
  return escaped === undefined ? undefined : { node: { kind: 'text', text: escaped }, taken: 2 };
}

function readCode(rest: string): Found | undefined {
  const match = /^(`+)([^\n]{1,2000}?)\1(?!`)/.exec(rest);
  return match === null
    ? undefined
    : { node: { kind: 'code', children: [{ kind: 'text', text: match[2] ?? '' }] }, taken: match[0].length };
}

function readSpan(rest: string, depth: number, mark: keyof typeof SPANS, kind: 'bold' | 'italic' | 'strike'): Found | undefined {
  const match = SPANS[mark].exec(rest);
  if (match === null) return undefined;
  return { node: { kind, children: readMarkdownInline(match[1] ?? '', depth + 1) }, taken: match[0].length };
}

function readLink(rest: string): Found | undefined {
  const match = /^\[([^\]\n]{1,500})\]\(<?([^\s()<>]{1,2000})>?(?: "[^"\n]{0,200}")?\)/.exec(rest);
  const url = match === null ? undefined : safeUrl(match[2] ?? '');
  return match === null || url === undefined
    ? undefined
    : { node: { kind: 'link', url, label: match[1] ?? url }, taken: match[0].length };
}

function readImage(rest: string): Found | undefined {
  const link = readLink(rest.slice(1));
  return link === undefined ? undefined : { node: link.node, taken: link.taken + 1 };
}

function readBareUrl(rest: string): Found | undefined {
  const found = /^https?:\/\/[^\s<>|]{1,2000}/i.exec(rest)?.[0].replace(/[.,;:!?'")\]}*_~`]+$/, '');
  const url = found === undefined ? undefined : safeUrl(found);
  return url === undefined ? undefined : { node: { kind: 'link', url, label: url }, taken: url.length };
}
