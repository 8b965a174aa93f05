const DEPTH_MAX = 6;
const ITEMS_MAX = 100;
const TEXT_CHARS_MAX = 8_000;
const SECRET_NAME = /(?:^|[_-])(?:token|secret|password|passwd|api_?key|authorization|cookie)$/i;

/** What may stand in a log line: JSON values only. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

type Walk = { redact: (text: string) => string; seen: Set<object>; depth: number };
type Fields = { [key: string]: Plain };

/**
 * Any value as one that JSON can say, bounded in depth and length, each text redacted. Anything thrown keeps its code,
 * its causes and its stack. A field whose name says that it holds a secret is left out whatever it holds.
 */
export const plain = (value: unknown, redact: (text: string) => string): Plain =>
  visit(value, { redact, seen: new Set(), depth: 0 });

export const plainFields = (fields: object, redact: (text: string) => string): Fields =>
  fieldsOf(fields, { redact, seen: new Set(), depth: 0 });

function visit(value: unknown, walk: Walk): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return objectOf(value, walk);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return textOf(String(value), walk);
}

function textOf(whole: string, { redact }: Walk): string {
  // Redacted before it is cut, because half a token no longer looks like one.
  const clean = redact(whole);
  return clean.length > TEXT_CHARS_MAX ? `${clean.slice(0, TEXT_CHARS_MAX)}… (${clean.length} characters)` : clean;
}

function objectOf(object: object, walk: Walk): Plain {
  if (walk.depth > DEPTH_MAX) return '…';
  if (walk.seen.has(object)) return '[seen above]';
  walk.seen.add(object);
  const below = { ...walk, depth: walk.depth + 1 };
  if (object instanceof Error) return faultOf(object, below);
  if (ArrayBuffer.isView(object)) return `<${object.byteLength} bytes>`;
  if (object instanceof Date) return Number.isNaN(object.getTime()) ? 'an invalid date' : object.toISOString();
  if (object instanceof Map) return fieldsOf(Object.fromEntries(object), below);
  if (isList(object)) return [...object].slice(0, ITEMS_MAX).map((item) => visit(item, below));
  return fieldsOf(object, below);
}

const isList = (object: object): object is readonly unknown[] | ReadonlySet<unknown> =>
  Array.isArray(object) || object instanceof Set;

function faultOf(error: Error, walk: Walk): Fields {
  const { name, message, stack, cause } = error;
  const fault: Fields = { name, message: textOf(message, walk) };
  if ('code' in error) fault.code = textOf(String(error.code), walk);
  if (stack !== undefined) fault.stack = textOf(stack, walk);
  if (cause !== undefined) fault.cause = visit(cause, walk);
  return fault;
}

function fieldsOf(object: object, walk: Walk): Fields {
  const entries = Object.entries(object).slice(0, ITEMS_MAX);
  return Object.fromEntries(
    entries.map(([key, item]) => [textOf(key, walk), SECRET_NAME.test(key) && item ? '[redacted]' : visit(item, walk)]),
  );
}
