import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';

// The parts of the cluster's answers that are read, parsed where they come in.

export const Count = z.object({ doc_count: z.int().min(0) });

/** The counts of a stretch, part by part. */
export const Parts = z.object({ buckets: z.array(Count.extend({ failed: Count })) });
export type Parts = z.infer<typeof Parts>['buckets'];

/** A status as its field has it: a text of digits, or a number. */
export const Status = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{3}$/)
    .transform(Number),
]);

/** The answer's aggregations in the shape that was asked for; another shape is a fault. */
export function parsed<T>(shape: z.ZodType<T>, aggregations: unknown, what: string): T {
  const answer = shape.safeParse(aggregations);
  if (answer.success) return answer.data;
  throw new GovernorError('telemetry_fault', `the answer to ${what} has another shape`, { cause: answer.error });
}

/**
 * The ordinary error rate: that of the middle part by rate. A mean would count an incident that began before the window
 * as ordinary, and then nothing would be left to recover from; the middle one of five stands two whole parts of it.
 * Parts without requests say nothing; with none left nothing counts as ordinary.
 */
export const ordinaryRate = (parts: Parts): number => ordinaryShare(parts, (_part, { failed }) => failed.doc_count);

/** The same of any count within the parts. */
export function ordinaryShare(parts: Parts, countOf: (part: number, counted: Parts[number]) => number): number {
  const shares = parts.flatMap((counted, part) => (counted.doc_count === 0 ? [] : countOf(part, counted) / counted.doc_count));
  return shares.sort((one, other) => one - other)[Math.floor((shares.length - 1) / 2)] ?? 0;
}

export const requestsOf = (parts: Parts): number => parts.reduce((sum, { doc_count }) => sum + doc_count, 0);
