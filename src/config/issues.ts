import { z } from 'zod';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema._JSONSchema;
export type KeyProblem = { key: string; reason: string };

/** What a schema said against a value, key by key; an unknown key is told with the known one it is nearest to. */
export function keyProblems(error: z.ZodError, schema: z.ZodType): KeyProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, schema));
}

function problemsOf(issue: Issue, schema: z.ZodType): KeyProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => ({ key: keyPath([...issue.path, key]), reason: unknownKey(key, known) }));
  }
  if (issue.code === 'invalid_key') return [{ key: keyPath(issue.path), reason: issue.issues.map(reasonOf).join('; ') }];
  return [{ key: keyPath(issue.path), reason: reasonOf(issue) }];
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `no such key; did you mean \`${near}\`?`;
  return known.length === 0 ? 'no such key' : `no such key; known here: ${known.join(', ')}`;
}

function reasonOf(issue: Issue): string {
  const plain = issue.message.replace(/^Invalid (input|option): /, '').replaceAll('"', '`');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

/** `approvers[0].users`, as a person would write it. */
export function keyPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${String(part)}`;
  return text;
}

/** The schema is read through its JSON Schema, made only once something is wrong, so that a good start pays nothing. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let nodes: JsonSchema[] = [z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })];
  for (const part of path) nodes = nodes.flatMap(alternatives).flatMap((node) => child(node, part));
  return [...new Set(nodes.flatMap(alternatives).flatMap((node) => Object.keys(objectOf(node)?.properties ?? {})))];
}

const objectOf = (node: JsonSchema) => (typeof node === 'boolean' ? undefined : node);

function alternatives(node: JsonSchema): JsonSchema[] {
  const plain = objectOf(node);
  const more = [...(plain?.anyOf ?? []), ...(plain?.oneOf ?? [])];
  return more.length === 0 ? [node] : more.flatMap(alternatives);
}

function child(node: JsonSchema, part: PropertyKey): JsonSchema[] {
  const plain = objectOf(node);
  if (plain === undefined) return [];
  const next = typeof part === 'number' ? plain.items : (plain.properties?.[String(part)] ?? plain.additionalProperties);
  if (next === undefined) return [];
  return Array.isArray(next) ? next : [next];
}
