import { z } from 'zod';
import { Id, Instant, ServiceName, Severity, Source } from './words.ts';

export const SUMMARY_CHARS_MAX = 2_000;
export const SYMPTOMS_MAX = 20;

/** One incident as taken in: redacted, its severity already raised to the service's floor. Shape after the seed's, with the intake's facts beside it. */
export const Incident = z.strictObject({
  id: Id,
  service: ServiceName,
  severity: Severity,
  summary: z.string().min(1).max(SUMMARY_CHARS_MAX),
  symptoms: z.array(z.string().min(1).max(SUMMARY_CHARS_MAX)).max(SYMPTOMS_MAX),
  /** What the reporter wrote, where the service's floor raised it. */
  severity_stated: Severity,
  severity_source: z.enum(['stated', 'service_floor']),
  source: Source,
  opened_by: z.string().min(1).max(200),
  opened_at: Instant,
});
export type Incident = z.infer<typeof Incident>;

/** What scripts hand to `simulate` and scenarios: the seed's five fields. */
export const IncidentInput = z.strictObject({
  id: Id.optional(),
  service: ServiceName,
  severity: Severity,
  summary: z.string().min(1).max(SUMMARY_CHARS_MAX),
  symptoms: z.array(z.string().min(1).max(SUMMARY_CHARS_MAX)).max(SYMPTOMS_MAX).default([]),
});
export type IncidentInput = z.infer<typeof IncidentInput>;
