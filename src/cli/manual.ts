import type { Command, OptionSpec } from './command.ts';
import type { Line } from './print.ts';
import { strong, table, wrapped } from './print.ts';

export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', says: 'prints JSON' },
  help: { type: 'boolean', says: 'prints this' },
};

/** Of a line where nobody says how wide the terminal is, and at most: longer ones are hard to read. */
const LINE_CHARS = 100;
/** Some terminals say nothing of use about their width, and some say 0. */
const LINE_CHARS_MIN = 40;
const INDENT = 2;

const widthOf = (out: NodeJS.WritableStream): number =>
  'columns' in out && typeof out.columns === 'number' && out.columns >= LINE_CHARS_MIN
    ? Math.min(out.columns, LINE_CHARS)
    : LINE_CHARS;

export const usageOf = ({ name, usage }: Pick<Command, 'name' | 'usage'>): string =>
  `usage: governor ${name}${usage === '' ? '' : ` ${usage}`}`;

/** Terms in one column, what they mean in the other, wrapped to the terminal. */
function glossary(entries: readonly (readonly [term: string, says: string])[], out: NodeJS.WritableStream): Line[] {
  const column = Math.max(...entries.map(([term]) => term.length)) + INDENT;
  const chars = widthOf(out) - INDENT - column;
  return table(
    entries.flatMap(([term, says]) =>
      wrapped(says, chars).map((line, index) => [' '.repeat(INDENT - 2), index === 0 ? strong(term) : '', line]),
    ),
  );
}

/** What one command takes. */
export function manualOf(command: Command, out: NodeJS.WritableStream): Line[] {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const entries = options.map(([name, { type, says }]) => [`--${name}${type === 'string' ? ' VALUE' : ''}`, says] as const);
  return [...wrapped(sentence(command.says), widthOf(out)), '', usageOf(command), '', ...glossary(entries, out)];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Every command in a line or two. */
export function overview(commands: readonly Command[], out: NodeJS.WritableStream): Line[] {
  const closing = 'Each takes --json and --help. Exit codes: 0 good, 1 bad news (a block among them), 2 wrong usage.';
  return [
    'The Safety Governor stands between AI agents and production.',
    '',
    'usage: governor COMMAND',
    '',
    ...glossary(
      commands.map(({ name, says }) => [name, says]),
      out,
    ),
    '',
    ...wrapped(closing, widthOf(out)),
  ];
}
