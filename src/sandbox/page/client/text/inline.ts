import { EMOJI } from './emoji.ts';
import { createInlineList, type Inline } from './nodes.ts';
import { safeUrl } from './safe-url.ts';
import { PLACEHOLDER, type Source } from './source.ts';

const SPANS: Record<string, 'bold' | 'italic' | 'strike' | 'code'> = { '*': 'bold', _: 'italic', '~': 'strike', '`': 'code' };
const SPECIAL = /[*_~`:\n\uFFFC]|https?:\/\//giu;
const WORD = /[\p{L}\p{N}_]/u;
/** Deeper nesting than anybody writes is shown as it is, so that a hostile text cannot exhaust the stack. */
const DEPTH_MAX = 6;

type Found = { node: Inline; end: number };
/** Where a search for the closing mark has failed: no later opener before that point can succeed either. */
type Hopeless = Map<string, number>;
type Scan = { source: Source; from: number; to: number; depth: number; hopeless: Hopeless };

/** Reads marks, emoji and bare addresses in `source.text` between two positions. */
export function readInline(source: Source, from: number, to: number, depth = 0): Inline[] {
  const scan: Scan = { source, from, to, depth, hopeless: new Map() };
  const list = createInlineList();
  let at = from;
  while (at < to) {
    const special = nextSpecial(source.text, at, to);
    list.addText(source.text.slice(at, special));
    if (special >= to) break;
    const found = readAt(scan, special);
    if (found === undefined) list.addText(source.text.charAt(special));
    else list.add(found.node);
    at = found?.end ?? special + 1;
  }
  return list.nodes;
}

/** plain_text: nothing is read but line ends and, unless switched off, emoji names. */
export function readPlain(text: string, emoji: boolean): Inline[] {
  const list = createInlineList();
  for (const part of text.split(/(\n|:[a-z0-9_+-]+:)/)) {
    const glyph = emoji ? EMOJI[part.slice(1, -1)] : undefined;
    if (part === '\n') list.add({ kind: 'break' });
    else if (part.startsWith(':') && glyph !== undefined) list.add({ kind: 'emoji', name: part.slice(1, -1), glyph });
    else list.addText(part);
  }
  return list.nodes;
}

function nextSpecial(text: string, at: number, to: number): number {
  SPECIAL.lastIndex = at;
  const match = SPECIAL.exec(text);
  return match === null ? to : Math.min(match.index, to);
}

function readAt(scan: Scan, at: number): Found | undefined {
  const char = scan.source.text.charAt(at);
  if (char === '\n') return { node: { kind: 'break' }, end: at + 1 };
  if (char === PLACEHOLDER) return readNode(scan.source, at);
  if (char === ':') return readEmoji(scan, at);
  if (SPANS[char] !== undefined) return readSpan(scan, at, char);
  return readBareUrl(scan, at);
}

function readNode(source: Source, at: number): Found | undefined {
  const node = source.nodes.get(at);
  return node === undefined ? undefined : { node, end: at + 1 };
}

function readEmoji({ source, to }: Scan, at: number): Found | undefined {
  const name = /^:([a-z0-9_+-]+):/.exec(source.text.slice(at, Math.min(to, at + 40)))?.[1];
  const glyph = name === undefined ? undefined : EMOJI[name];
  if (name === undefined || glyph === undefined) return undefined;
  return { node: { kind: 'emoji', name, glyph }, end: at + name.length + 2 };
}

function readSpan(scan: Scan, at: number, mark: string): Found | undefined {
  const kind = SPANS[mark];
  if (kind === undefined || scan.depth >= DEPTH_MAX || !opens(scan, at, mark)) return undefined;
  const close = closing(scan, at, mark);
  if (close === undefined) return undefined;
  const { source, depth } = scan;
  const children = kind === 'code' ? readLiteral(source, at + 1, close) : readInline(source, at + 1, close, depth + 1);
  return { node: { kind, children }, end: close + 1 };
}

function opens({ source, from, to }: Scan, at: number, mark: string): boolean {
  const before = at > from ? source.text.charAt(at - 1) : ' ';
  const after = at + 1 < to ? source.text.charAt(at + 1) : ' ';
  return !WORD.test(before) && before !== mark && !/\s/.test(after) && after !== mark;
}

function closing(scan: Scan, at: number, mark: string): number | undefined {
  if (at < (scan.hopeless.get(mark) ?? -1)) return undefined;
  const { text } = scan.source;
  const lineEnd = text.indexOf('\n', at);
  const to = lineEnd < 0 ? scan.to : Math.min(lineEnd, scan.to);
  for (let end = text.indexOf(mark, at + 2); end >= 0 && end < to; end = text.indexOf(mark, end + 1)) {
    if (closes(text, end, to)) return end;
  }
  scan.hopeless.set(mark, to);
  return undefined;
}

function closes(text: string, at: number, to: number): boolean {
  const after = at + 1 < to ? text.charAt(at + 1) : ' ';
  return !/\s/.test(text.charAt(at - 1)) && !WORD.test(after);
}

/** Code keeps its characters; control sequences are still drawn as what they do, because Slack acts on them there too. */
export function readLiteral(source: Source, from: number, to: number): Inline[] {
  const list = createInlineList();
  for (let at = from; at < to; at += 1) {
    const node = source.nodes.get(at);
    if (node === undefined) list.addText(source.text.charAt(at));
    else list.add(node);
  }
  return list.nodes;
}

function readBareUrl({ source, from, to }: Scan, at: number): Found | undefined {
  const before = at > from ? source.text.charAt(at - 1) : ' ';
  // An address right after an undone `&lt;` is somebody's escaped link: it stays text.
  if (source.verbatim || before === '<' || WORD.test(before)) return undefined;
  const found = /^https?:\/\/[^\s<>|\uFFFC]+/i.exec(source.text.slice(at, to))?.[0].replace(/[.,;:!?'")\]}*_~`]+$/, '');
  const url = found === undefined ? undefined : safeUrl(found);
  return url === undefined ? undefined : { node: { kind: 'link', url, label: url }, end: at + url.length };
}
