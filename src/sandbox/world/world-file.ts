import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Rate = z.number().min(0).max(1);

const COURSE_STEPS_MAX = 50;
const COURSE_S_MAX = 3_600;

/**
 * What an action does to a service from then on: from each `after_s` behind its effect the error rate is so much, and null
 * means that the service is silent, with no requests at all. Before the first step nothing changes.
 */
export const Course = z
  .array(z.strictObject({ after_s: z.number().min(0).max(COURSE_S_MAX), error_rate: Rate.nullable() }))
  .min(1)
  .max(COURSE_STEPS_MAX)
  .refine((steps) => steps.every(({ after_s: at }, index) => at > (steps[index - 1]?.after_s ?? -1)), {
    error: 'the steps of a course follow one another in time',
  });
export type Course = z.infer<typeof Course>;

/** One service of the simulated world. Rates are shares of requests, 0..1. */
export const WorldService = z.strictObject({
  service: z.string().min(1).max(80),
  baseline: Rate,
  incident_error_rate: Rate,
  requests_per_s: z.number().int().positive().max(1000),
  /** Catalogue action ids that bring the service back to its baseline at once. */
  right_actions: z.array(z.string()),
  /** Catalogue action ids that make it worse. */
  harmful_actions: z.array(z.string()),
  /** What a catalogue action does where neither of the two says it: a service that flaps, goes silent or half recovers. */
  courses: z.record(z.string(), Course).optional(),
  /** Where failed requests fail. */
  error_paths: z.array(z.strictObject({ path: z.string().startsWith('/'), status: z.number().int().min(400).max(599) })).min(1),
  status: z.enum(['healthy', 'incident']),
});
export type WorldService = z.infer<typeof WorldService>;

const WorldFile = z.strictObject({ services: z.array(WorldService).min(1) });

export function readWorldFile(file: string): WorldService[] {
  return WorldFile.parse(JSON.parse(readFileSync(file, 'utf8'))).services;
}
