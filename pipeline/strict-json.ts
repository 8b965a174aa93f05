/** What a text from outside may be at most. */
export type JsonLimits = { bytesMax: number; depthMax: number };
export type StrictJson = { ok: true; value: unknown } | { ok: false; problem: string };

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__']);
const FENCE = /^(?:```|~~~)/;

/**
 * Reads a text that must be one JSON object and nothing else. What `JSON.parse` lets through in silence (a key given
 * twice, of which the last wins) is refused: two readers must never see two different plans in one text.
 */
export function parseStrictJson(text: string, { bytesMax, depthMax }: JsonLimits): StrictJson {
  // A planner is code of others: what its types promise is not yet so.
  if (typeof text !== 'string') return refuse('it is no text');
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > bytesMax) return refuse(`it has ${bytes} bytes, and ${bytesMax} are allowed`);
  const trimmed = text.trim();
  const shape = shapeProblem(trimmed);
  if (shape !== null) return refuse(shape);
  const value = parsed(trimmed);
  if (value === undefined)
    return refuse('it is no valid JSON: one object, with nothing before or after it, and no comments, NaN or trailing commas');
  const structure = structureProblem(trimmed, depthMax);
  return structure === null ? { ok: true, value } : refuse(structure);
}

const refuse = (problem: string): StrictJson => ({ ok: false, problem });

function shapeProblem(text: string): string | null {
  if (text === '') return 'it is empty';
  if (FENCE.test(text)) return 'it stands in a code fence: send the bare JSON object';
  if (!text.startsWith('{')) return 'it does not begin with `{`: send one JSON object and no other words';
  return text.endsWith('}') ? null : 'it does not end with `}`: it was cut, or something follows the object';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which is not to be repeated; that it is not JSON says enough.
    return undefined;
  }
}

/** The keys seen so far in each object that is open; null for a list. */
type Levels = (Set<string> | null)[];
const STRING_OR_SIGN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Walks valid JSON by its signs alone, so that depth costs no stack. */
function structureProblem(text: string, depthMax: number): string | null {
  const levels: Levels = [];
  let last = '';
  for (const [token] of text.matchAll(STRING_OR_SIGN)) {
    const problem = token === ':' ? keyProblem(levels.at(-1), last) : null;
    if (problem !== null) return problem;
    step(levels, token);
    if (levels.length > depthMax) return `it is nested deeper than ${depthMax}`;
    last = token;
  }
  return null;
}

function step(levels: Levels, token: string): void {
  if (token === '{') levels.push(new Set());
  if (token === '[') levels.push(null);
  if (token === '}' || token === ']') levels.pop();
}

function keyProblem(keys: Set<string> | null | undefined, token: string): string | null {
  const key = String(JSON.parse(token));
  if (FORBIDDEN_KEYS.has(key)) return `it has a key \`${key}\``;
  if (keys?.has(key)) return 'it gives one key twice in the same object';
  keys?.add(key);
  return null;
}
