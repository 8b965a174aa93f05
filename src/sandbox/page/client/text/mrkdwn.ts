import { readInline, readLiteral } from './inline.ts';
import type { Passage } from './nodes.ts';
import { readSource, type Source } from './source.ts';

const FENCE = '```';

/**
 * Slack's mrkdwn, strictly: control sequences `<…>` first, then the three entities, then the marks at word boundaries.
 * `verbatim` switches off the linking of bare addresses, never the control sequences, as in Slack.
 */
export function parseMrkdwn(raw: string, { verbatim = false }: { verbatim?: boolean } = {}): Passage[] {
  const source = readSource(raw, verbatim);
  const passages: Passage[] = [];
  let at = 0;
  while (at < source.text.length) {
    const open = source.text.indexOf(FENCE, at);
    const close = open < 0 ? -1 : source.text.indexOf(FENCE, open + FENCE.length + 1);
    if (close < 0) break;
    passages.push(...readLines(source, at, open), readFence(source, open + FENCE.length, close));
    at = close + FENCE.length;
    if (source.text.charAt(at) === '\n') at += 1;
  }
  return [...passages, ...readLines(source, at, source.text.length)];
}

function readFence(source: Source, from: number, to: number): Passage {
  const start = source.text.charAt(from) === '\n' ? from + 1 : from;
  const end = to > start && source.text.charAt(to - 1) === '\n' ? to - 1 : to;
  return { kind: 'pre', children: readLiteral(source, start, end) };
}

type Line = { from: number; to: number; quoted: boolean };

function readLines(source: Source, from: number, to: number): Passage[] {
  // The line end before a fence belongs to the fence, not to the text above it.
  const end = to > from && to < source.text.length && source.text.charAt(to - 1) === '\n' ? to - 1 : to;
  if (end <= from) return [];
  return group(splitLines(source.text, from, end)).map((lines) => toPassage(source, lines));
}

function splitLines(text: string, from: number, to: number): Line[] {
  const lines: Line[] = [];
  let at = from;
  while (at <= to) {
    const next = text.indexOf('\n', at);
    const end = next < 0 || next > to ? to : next;
    if (text.startsWith('>>>', at) && at < end) return [...lines, { from: skipBlank(text, at + 3, to), to, quoted: true }];
    const quoted = text.charAt(at) === '>' && at < end;
    lines.push({ from: quoted ? skipBlank(text, at + 1, end) : at, to: end, quoted });
    at = end + 1;
  }
  return lines;
}

const skipBlank = (text: string, at: number, to: number): number => (text.charAt(at) === ' ' && at < to ? at + 1 : at);

function group(lines: Line[]): Line[][] {
  const groups: Line[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last?.[0]?.quoted === line.quoted) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

function toPassage(source: Source, lines: Line[]): Passage {
  const children = lines.flatMap((line, index) => {
    const content = readInline(source, line.from, line.to);
    return index === 0 ? content : [{ kind: 'break' as const }, ...content];
  });
  return { kind: lines[0]?.quoted === true ? 'quote' : 'paragraph', children };
}
