import { z } from 'zod';
import { Id, Sha256 } from './words.ts';

/** The identity of what one card showed: a button carries it, an approval names it. */
export const RevisionRef = z.strictObject({ case_id: Id, revision: z.int().min(1), digest: Sha256 });
export type RevisionRef = z.infer<typeof RevisionRef>;

/** The same, as the JSON text a button's value holds. */
export const RevisionRefJson = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'the value of the button is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(RevisionRef);
