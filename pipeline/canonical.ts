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
  let text = '[';
  // Counted, not mapped: a hole is an item too, and JSON writes it as null.
  for (let at = 0; at < value.length; at += 1) text += `${at === 0 ? '' : ','}${canonicalJson(value[at] ?? null)}`;
  return `${text}]`;
}

function canonicalObject(value: object): string {
  if (!isPlain(value)) throw new TypeError(`canonical JSON cannot hold a ${value.constructor.name}`);
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    const item = record[key];
    if (item !== undefined) text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`;
  }
  return `${text}}`;
}

/** A date, a map or a set has no keys of its own and would read as an empty object. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
