import { z } from 'zod';
import { Id } from './words.ts';

const Count = z.number().min(0);
const Rate = z.number().min(0).max(1);

export const TopError = z.strictObject({ status: z.int(), path: z.string().max(500), count: Count });

/** Figures of one service in one window; rates are shares of requests, 0 to 1. Null wherever this shape is expected means unknown. */
export const Telemetry = z.strictObject({
  window_s: z.number().positive(),
  requests: Count,
  errors: Count,
  error_rate: Rate,
  /** The service's error rate in ordinary times. */
  baseline: Rate,
  top_errors: z.array(TopError).max(20),
  /** Ids (`log:…`) of lines behind the figures, which a plan may cite. */
  sample_ids: z.array(Id).max(50),
});
export type Telemetry = z.infer<typeof Telemetry>;

/** One access-log line, fetched by its id when a plan cites it. */
export const LogLine = z.strictObject({
  id: Id,
  service: z.string().min(1).max(100),
  at: z.iso.datetime(),
  status: z.int(),
  path: z.string().max(2_000),
  text: z.string().max(10_000),
});
export type LogLine = z.infer<typeof LogLine>;
