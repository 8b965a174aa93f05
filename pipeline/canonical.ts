/**
 * Canonical JSON after RFC 8785 for the values our contracts hold: keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them. Two equal values give the same bytes wherever and in whatever order they were made.
 * Throws on what JSON cannot say (NaN, infinities, functions, dates, maps): such a value must never be hashed as
 * something else.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON cannot hold a number that is not finite');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return canonicalArray(value);
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
}

function canonicalArray(value: readonly unknown[]): string {
  let items = '';
  // Counted, not mapped: a hole is an item too, and JSON writes it as null.
  for (let at = 0; at < value.length; at += 1) items += `${at === 0 ? '' : ','}${canonicalJson(value[at] ?? null)}`;
  return `[${items}]`;
}

function canonicalObject(value: object): string {
  if (!isPlain(value)) throw new TypeError(`canonical JSON cannot hold a ${value.constructor.name}`);
  const record = value as Record<string, unknown>;
  let members = '';
  for (const key of inOrder(Object.keys(record))) {
    const item = record[key];
    if (item !== undefined) members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(item)}`;
  }
  return `{${members}}`;
}

/** A date, a map or a set has no keys of its own and would read as an empty object. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

const FEW = 16;

/** Every entry and every digest goes through here, and nearly all objects have few keys: for those, inserting beats `sort`. */
function inOrder(keys: string[]): string[] {
  if (keys.length > FEW) return keys.sort();
  for (let at = 1; at < keys.length; at += 1) insert(keys, at);
  return keys;
}

function insert(keys: string[], from: number): void {
  const key = keys[from] ?? '';
  let at = from;
  for (let before = keys[at - 1]; before !== undefined && before > key; before = keys[at - 1]) {
    keys[at] = before;
    at -= 1;
  }
  keys[at] = key;
}

const QUOTED_MAX = 2_000;
const quotedKeys = new Map<string, string>();

/** The same few hundred keys come again and again. */
function quoted(key: string): string {
  const known = quotedKeys.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key);
  if (quotedKeys.size < QUOTED_MAX) quotedKeys.set(key, text);
  return text;
}
