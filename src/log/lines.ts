import type { Plain } from './plain.ts';

export type LogLine = { at: string; level: string; message: string; fields: { [key: string]: Plain } };

/** For programs: one JSON object a line. */
export const jsonLine = ({ at, level, message, fields }: LogLine): string =>
  JSON.stringify({ at, level, message, ...reserved(fields) });

/** A field may not pass for the line's own time, level or message. */
const reserved = (fields: LogLine['fields']): LogLine['fields'] =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [['at', 'level', 'message'].includes(key) ? `${key}_` : key, value]),
  );

const LEVEL_WIDTH = 5;
const TIME_OF_DAY = { from: 11, to: 23 };

/** For people: time of day, level, message, then the fields; always one line, whatever the texts contain. */
export function readableLine({ at, level, message, fields }: LogLine): string {
  const said = Object.entries(fields).map(([key, value]) => `${key}=${valueText(value)}`);
  return visible([at.slice(TIME_OF_DAY.from, TIME_OF_DAY.to), level.padEnd(LEVEL_WIDTH), message, ...said].join(' '));
}

function valueText(value: Plain): string {
  if (typeof value === 'string') return /^[\w.:/@~+-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value) || typeof value.message !== 'string' || typeof value.name !== 'string') return JSON.stringify(value);
  return JSON.stringify(faultText(value));
}

/** A fault's message with its causes, and the place in our code it came from; the whole stack is in the JSON form. */
function faultText(fault: { [key: string]: Plain }): string {
  const { message, cause, stack } = fault;
  const below = typeof cause === 'object' && cause !== null && !Array.isArray(cause) ? ` <- ${faultText(cause)}` : '';
  const place =
    typeof stack === 'string' && below === '' ? /\(?(?:file:\/\/)?([^()\s]+:\d+:\d+)\)?$/m.exec(stack)?.[1] : undefined;
  return `${String(message)}${below}${place === undefined ? '' : ` (at ${place})`}`;
}

// Line breaks and escape sequences in a text from outside could forge a line of the log or drive the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

const visible = (line: string): string =>
  line.replace(CONTROL, (char) => (char === '\n' ? '\\n' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
