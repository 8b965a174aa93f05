import { redact } from '../../pipeline/redaction.ts';
import type { Invocation } from './command.ts';

/** Control characters of a document or an incident must not steer somebody's terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g;

const shownSafely = (text: string): string => redact(text.replace(CONTROLS, ' '));

/** One answer: as JSON where that was asked for, else as the lines that people read. */
export function print({ out, json }: Invocation, value: unknown, lines: () => readonly string[]): void {
  out.write(
    json
      ? `${JSON.stringify(value, null, 2)}\n`
      : lines()
          .map((line) => `${shownSafely(line)}\n`)
          .join(''),
  );
}

/** Rows under each other, columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}
