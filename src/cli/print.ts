import { styleText } from 'node:util';
import { redact } from '../../pipeline/redaction.ts';
import type { Invocation } from './command.ts';

/** Control characters of a document or an incident must not steer somebody's terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g;

const shownSafely = (text: string): string => redact(text.replace(CONTROLS, ' '));

/** What a part of a line is to its reader; how that looks is decided here alone. */
type Ink = 'good' | 'bad' | 'faint' | 'strong';
export type Part = string | { ink: Ink; text: string };
export type Line = Part | readonly Part[];

const STYLE = { good: 'green', bad: 'red', faint: 'dim', strong: 'bold' } as const;

export const good = (text: string): Part => ({ ink: 'good', text });
export const bad = (text: string): Part => ({ ink: 'bad', text });
export const faint = (text: string): Part => ({ ink: 'faint', text });
export const strong = (text: string): Part => ({ ink: 'strong', text });

const textOf = (part: Part): string => shownSafely(typeof part === 'string' ? part : part.text);

/** Coloured only where the stream is a terminal that takes colours; NO_COLOR is respected by Node itself. */
const drawn = (part: Part, stream: NodeJS.WritableStream): string =>
  typeof part === 'string' ? textOf(part) : styleText(STYLE[part.ink], textOf(part), { stream });

const partsOf = (line: Line): readonly Part[] => (isParts(line) ? line : [line]);
const isParts = (line: Line): line is readonly Part[] => Array.isArray(line);

export function writeLines(out: NodeJS.WritableStream, lines: readonly Line[]): void {
  const text = lines.map(
    (line) =>
      `${partsOf(line)
        .map((part) => drawn(part, out))
        .join('')}\n`,
  );
  out.write(text.join(''));
}

/** One answer: as JSON where that was asked for, else as the lines that people read. */
export function print({ out, json }: Invocation, value: unknown, lines: () => readonly Line[]): void {
  if (json) out.write(`${JSON.stringify(value, null, 2)}\n`);
  else writeLines(out, lines());
}

const widthOf = (part: Part): number => [...textOf(part)].length;

/** Rows under each other, columns as wide as their widest cell; the last column is not filled up. */
export function table(rows: readonly (readonly Part[])[]): Line[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) =>
    row.flatMap((cell, column) => {
      const isLast = column === row.length - 1;
      return isLast ? [cell] : [cell, ' '.repeat((widths[column] ?? 0) - widthOf(cell) + 2)];
    }),
  );
}

/** Names in one column, what they stand for beside them. */
export function sheet(rows: readonly (readonly [name: string, value: Line])[]): Line[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => ['  ', faint(name.padEnd(width)), '  ', ...partsOf(value)]);
}

/** A text in lines of at most `chars`, broken between words. */
export function wrapped(text: string, chars: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= chars) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
