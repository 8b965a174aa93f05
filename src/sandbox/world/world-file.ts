import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Rate = z.number().min(0).max(1);

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
  /** Where failed requests fail. */
  error_paths: z.array(z.strictObject({ path: z.string().startsWith('/'), status: z.number().int().min(400).max(599) })).min(1),
  status: z.enum(['healthy', 'incident']),
});
export type WorldService = z.infer<typeof WorldService>;

const WorldFile = z.strictObject({ services: z.array(WorldService).min(1) });

export function readWorldFile(file: string): WorldService[] {
  return WorldFile.parse(JSON.parse(readFileSync(file, 'utf8'))).services;
}
