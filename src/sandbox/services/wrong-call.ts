import type { z } from 'zod';
import { HttpRefusal } from '../../http/refusal.ts';

const BAD_REQUEST = 400;

/** Parses a request's body or query; a wrong one is refused with what is wrong and what is accepted. */
export function parseCall<Schema extends z.ZodType>(schema: Schema, given: unknown, accepted: string): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return wrongCall(`${wrong.join('; ')}; accepted: ${accepted}`);
}

export function wrongCall(message: string): never {
  throw new HttpRefusal(BAD_REQUEST, message);
}
