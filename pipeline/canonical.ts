/**
 * Canonical JSON after RFC 8785 for the values our contracts hold: keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them. Two equal values give the same bytes wherever and in whatever order they were made.
 * Throws on what JSON cannot say (NaN, infinities, functions): such a value must never be hashed as something else.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON cannot hold a number that is not finite');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
}

function canonicalObject(value: object): string {
  const parts: string[] = [];
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record).sort()) {
    const item = record[key];
    if (item !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(item)}`);
  }
  return `{${parts.join(',')}}`;
}
