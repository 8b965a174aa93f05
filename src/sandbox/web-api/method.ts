import { z } from 'zod';
import type { Workspace } from '../workspace/workspace.ts';

export type ApiAnswer = { ok: boolean; [field: string]: unknown };
export type Method = {
  token: 'bot' | 'app' | 'none';
  /** Any one of them is enough; empty = none is needed. */
  scopes: readonly string[];
  run(args: Record<string, unknown>, workspace: Workspace): ApiAnswer;
};

export const refuse = (error: string, more: Record<string, unknown> = {}): ApiAnswer => ({ ok: false, error, ...more });

/** Forms carry booleans as words and numbers as text. */
export const Flag = z.union([z.boolean(), z.string().transform((word) => word === 'true' || word === '1')]);
export const Count = z.coerce.number().int().positive();

/** A Web API method whose arguments are parsed before it runs; ones that do not parse are `invalid_arguments`. */
export function method<Schema extends z.ZodType>(
  { token = 'bot', scopes = [] }: Partial<Pick<Method, 'token' | 'scopes'>>,
  schema: Schema,
  run: (args: z.infer<Schema>, workspace: Workspace) => ApiAnswer,
): Method {
  return {
    token,
    scopes,
    run(args, workspace) {
      const parsed = schema.safeParse(args);
      return parsed.success
        ? run(parsed.data, workspace)
        : refuse('invalid_arguments', { response_metadata: { messages: parsed.error.issues.map(issueText) } });
    },
  };
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  return `[ERROR] ${message} [json-pointer:/${path.join('/')}]`;
}
