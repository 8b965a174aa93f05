import type { Telemetry } from '../../pipeline/ports.ts';

/** An installation without telemetry: no service has a mapping, which the gate knows as `telemetry_unknown`. */
export function createNoTelemetry(): Telemetry {
  return { figures: async () => null, services: async () => [], logLine: async () => null };
}
