import { z } from 'zod';
import { perSecond, quantile } from './figures.ts';

const common = {
  /** Bodies or payloads to send in turn; `@N@` in them is replaced by a number that never comes twice. */
  texts: z.array(z.string()).min(1),
  from: z.int(),
  total: z.int().min(1),
  /** Outstanding at a time. */
  wide: z.int().min(1),
};

/** One measurement, as the bench asks it of the loading process. */
export const LoadJob = z.discriminatedUnion('over', [
  z.object({
    over: z.literal('http'),
    port: z.int(),
    secret: z.string(),
    /** Requests a second whatever the answers do; null sends the next as soon as one is answered. */
    perSecond: z.number().nullable(),
    ...common,
  }),
  z.object({ over: z.literal('socket'), app: z.string(), ...common }),
]);
export type LoadJob = z.infer<typeof LoadJob>;

/** Latencies in microseconds. `bad` counts answers that were no acknowledgement. */
export const LoadResult = z.object({ done: z.int(), bad: z.int(), perSecond: z.number(), p50Us: z.number(), p99Us: z.number() });
export type LoadResult = z.infer<typeof LoadResult>;

/** What one measurement counted; latencies in milliseconds. */
export type Sample = { latencies: number[]; bad: number };

export const resultOf = ({ latencies, bad }: Sample, ms: number): LoadResult => ({
  done: latencies.length,
  bad,
  perSecond: perSecond(latencies.length, ms),
  p50Us: quantile(latencies, 0.5) * 1_000,
  p99Us: quantile(latencies, 0.99) * 1_000,
});

/** The first lines of the processes. */
export const LoaderReady = z.object({ port: z.int() });
export const AppReady = z.object({
  port: z.int(),
  /** What the buttons of the cases carry that wait for an approval. */
  values: z.array(z.string()),
});
