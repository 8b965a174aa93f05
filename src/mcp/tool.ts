import { z } from 'zod';

/** Every answer names the documents it rests on, so that a plan can cite them; empty where none is behind it. */
export type Answer = { document_ids: readonly string[] };
export type ToolRefusal = { ok: false; code: string; message: string };
export type Answered<A extends Answer = Answer> = { ok: true; answer: A } | ToolRefusal;

/** What clients may assume of a tool; hints for them, no protection of ours. */
export type Hints = { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };

/** The root of every schema here is an object; whatever else is in there is JSON. */
const JsonSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.json()).default({}),
  required: z.array(z.string()).default([]),
});
type JsonSchema = z.infer<typeof JsonSchema>;

export type Tool = {
  name: string;
  title: string;
  description: string;
  /** JSON Schema without references, because some clients follow none. */
  inputSchema: JsonSchema;
  outputSchema: JsonSchema;
  hints: Hints;
  /** Parses what a stranger sent, then answers. Faults throw. */
  call(input: unknown, by: Sender): Promise<Answered>;
};

/** Who called, as far as that is known: `name` is what the caller calls itself. */
export type Sender = { transport: 'http' | 'stdio'; name: string | null };

type Definition<I extends z.ZodObject, A extends Answer> = {
  name: string;
  title: string;
  description: string;
  input: I;
  output: z.ZodType<A>;
  hints: Hints;
  run(input: z.infer<I>, by: Sender): Promise<Answered<A>>;
};

export const READS: Hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** A tool from its schemas: they are what clients are told, what inputs are checked against, and the types of both. */
export function defineTool<I extends z.ZodObject, A extends Answer>(definition: Definition<I, A>): Tool {
  const { name, title, description, input, output, hints, run } = definition;
  return {
    name,
    title,
    description,
    hints,
    inputSchema: schemaOf(input, 'input'),
    outputSchema: schemaOf(output, 'output'),
    async call(given, by) {
      const parsed = input.safeParse(given ?? {});
      return parsed.success
        ? run(parsed.data, by)
        : { ok: false, code: 'invalid_input', message: problemsOf(parsed.error.issues) };
    },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', reused: 'inline' });
  return JsonSchema.parse(JSON.parse(JSON.stringify(rest), (_key, value: unknown) => oneTypeEach(value)));
}

const TypeList = z.looseObject({ type: z.array(z.string()), anyOf: z.undefined().optional() });

/** Some model providers read one type at a place and no list of them: what may be null is told as an alternative. */
function oneTypeEach(value: unknown): unknown {
  const listed = TypeList.safeParse(value);
  if (!listed.success) return value;
  const { type, anyOf: _none, ...rest } = listed.data;
  return { ...rest, anyOf: type.map((one) => ({ type: one })) };
}

const ISSUES_TOLD_MAX = 5;

function problemsOf(issues: readonly z.core.$ZodIssue[]): string {
  const told = issues.slice(0, ISSUES_TOLD_MAX).map(({ path, message }) => `${path.join('.') || 'the input'}: ${message}`);
  return issues.length > ISSUES_TOLD_MAX ? `${told.join('; ')}; and ${issues.length - ISSUES_TOLD_MAX} more` : told.join('; ');
}
