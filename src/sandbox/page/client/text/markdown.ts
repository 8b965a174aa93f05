import { readMarkdownInline } from './markdown-inline.ts';
import type { Inline, Passage } from './nodes.ts';

/** One kind of passage: how many lines from the given one it takes, and what it becomes; undefined if it does not start here. */
type Reader = (lines: readonly string[], at: number) => { passage: Passage; taken: number } | undefined;

const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;
const HEADING = /^(#{1,6}) +(.*?)(?: +#+)?$/;
const ITEM = /^ *(?:[-*+]|(\d{1,4})[.)]) +(.*)$/;
const FENCE = /^ *(`{3,}|~{3,})/;
const QUOTE = /^ *> ?/;
const TABLE_LINE = /^ *\|?(?: *:?-+:? *\|)+ *:?-*:? *$/;

const READERS: readonly Reader[] = [readFence, readRule, readHeading, readQuote, readTable, readList, readParagraph];

/** The `markdown` block's text: a safe subset of standard Markdown. HTML, images and Slack's `<…>` are shown as text. */
export function parseMarkdown(raw: string): Passage[] {
  const lines = raw.split(/\r?\n/);
  const passages: Passage[] = [];
  let at = 0;
  while (at < lines.length) {
    const found = firstReading(lines, at);
    if (found !== undefined) passages.push(found.passage);
    at += found?.taken ?? 1;
  }
  return passages;
}

function firstReading(lines: readonly string[], at: number): ReturnType<Reader> {
  if (lines[at]?.trim() === '') return undefined;
  for (const read of READERS) {
    const found = read(lines, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readFence(lines: readonly string[], at: number): ReturnType<Reader> {
  const fence = FENCE.exec(lines[at] ?? '')?.[1];
  if (fence === undefined) return undefined;
  const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(fence));
  const last = end < 0 ? lines.length : end;
  return { passage: { kind: 'pre', children: text(lines.slice(at + 1, last).join('\n')) }, taken: last - at + 1 };
}

function readRule(lines: readonly string[], at: number): ReturnType<Reader> {
  return RULE.test(lines[at] ?? '') ? { passage: { kind: 'rule' }, taken: 1 } : undefined;
}

function readHeading(lines: readonly string[], at: number): ReturnType<Reader> {
  const match = HEADING.exec(lines[at] ?? '');
  if (match === null) return undefined;
  return { passage: { kind: 'heading', level: match[1]?.length ?? 1, children: readMarkdownInline(match[2] ?? '') }, taken: 1 };
}

function readQuote(lines: readonly string[], at: number): ReturnType<Reader> {
  const taken = run(lines, at, (line) => QUOTE.test(line));
  const quoted = lines.slice(at, at + taken).map((line) => line.replace(QUOTE, ''));
  return taken === 0 ? undefined : { passage: { kind: 'quote', children: readMarkdownInline(quoted.join('\n')) }, taken };
}

function readTable(lines: readonly string[], at: number): ReturnType<Reader> {
  if (!(lines[at] ?? '').includes('|') || !TABLE_LINE.test(lines[at + 1] ?? '')) return undefined;
  const taken = run(lines, at, (line) => line.includes('|'));
  const rows = lines.slice(at, at + taken).filter((_line, index) => index !== 1);
  return { passage: { kind: 'table', rows: rows.map((row) => cells(row).map(readMarkdownInline)) }, taken };
}

function readList(lines: readonly string[], at: number): ReturnType<Reader> {
  const first = ITEM.exec(lines[at] ?? '');
  if (first === null) return undefined;
  const ordered = first[1] !== undefined;
  const taken = run(lines, at, (line) => (ITEM.exec(line)?.[1] !== undefined) === ordered && ITEM.test(line));
  const items = lines.slice(at, at + taken).map((line) => readMarkdownInline(ITEM.exec(line)?.[2] ?? ''));
  return { passage: { kind: 'list', ordered, start: Number(first[1] ?? 1), items }, taken };
}

function readParagraph(lines: readonly string[], at: number): ReturnType<Reader> {
  const startsOther = (line: string): boolean => [RULE, HEADING, ITEM, FENCE, QUOTE].some((shape) => shape.test(line));
  const more = run(lines, at + 1, (line) => line.trim() !== '' && !startsOther(line));
  const taken = more + 1;
  return { passage: { kind: 'paragraph', children: readMarkdownInline(lines.slice(at, at + taken).join('\n')) }, taken };
}

function run(lines: readonly string[], at: number, belongs: (line: string) => boolean): number {
  const end = lines.findIndex((line, index) => index >= at && !belongs(line));
  return (end < 0 ? lines.length : end) - at;
}

const cells = (row: string): string[] =>
  row
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

const text = (value: string): Inline[] => [{ kind: 'text', text: value }];
