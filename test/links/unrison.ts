/** Reads rison as Kibana does: an own reader, so that the writer is not judged by itself. Throws on what is none. */
export function unrison(text: string): unknown {
  const { value, rest } = read(text);
  if (rest !== '') throw new Error(`something is left: ${rest}`);
  return value;
}

type Read = { value: unknown; rest: string };

const MARKS: Record<string, unknown> = { '!t': true, '!f': false, '!n': null };

function read(text: string): Read {
  const mark = text.slice(0, 2);
  if (Object.hasOwn(MARKS, mark)) return { value: MARKS[mark], rest: text.slice(2) };
  if (mark === '!(') return list(text.slice(2));
  if (text.startsWith('(')) return object(text.slice(1));
  if (text.startsWith("'")) return quoted(text.slice(1));
  const word = /^[^'!:(),*@$]+/.exec(text)?.[0];
  if (word === undefined) throw new Error(`nothing to read: ${text}`);
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e-?\d+)?$/.test(word);
  if (!isNumber && /^[-\d]/.test(word)) throw new Error(`neither a number nor a word: ${word}`);
  return { value: isNumber ? Number(word) : word, rest: text.slice(word.length) };
}

function list(text: string): Read {
  const value: unknown[] = [];
  let rest = text;
  while (!rest.startsWith(')')) {
    const item = read(value.length === 0 ? rest : after(rest, ','));
    value.push(item.value);
    rest = item.rest;
  }
  return { value, rest: rest.slice(1) };
}

function object(text: string): Read {
  const fields: [string, unknown][] = [];
  let rest = text;
  while (!rest.startsWith(')')) {
    const key = read(fields.length === 0 ? rest : after(rest, ','));
    const item = read(after(key.rest, ':'));
    fields.push([String(key.value), item.value]);
    rest = item.rest;
  }
  return { value: Object.fromEntries(fields), rest: rest.slice(1) };
}

function quoted(text: string): Read {
  let value = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") return { value, rest: text.slice(at + 1) };
    if (character === '!') at += 1;
    value += text[at] ?? '';
  }
  throw new Error('a text without an end');
}

function after(text: string, sign: string): string {
  if (!text.startsWith(sign)) throw new Error(`no ${sign} at: ${text}`);
  return text.slice(1);
}
