import type { Telemetry, Tickets } from '../../pipeline/ports.ts';
import { createNoTelemetry } from '../telemetry/none.ts';
import { createSandboxTelemetry } from '../telemetry/sandbox.ts';
import { createSandboxTickets } from '../tickets/sandbox.ts';
import { systemClock as clock } from './core.ts';

/** Without a source of figures every service is unmapped, which the gate takes as unknown and blocks. */
export const telemetryOf = (sandboxUrl: string | null): Telemetry =>
  sandboxUrl === null ? createNoTelemetry() : createSandboxTelemetry({ baseUrl: sandboxUrl, clock });

export const ticketsOf = (sandboxUrl: string | null): Tickets | null =>
  sandboxUrl === null ? null : createSandboxTickets({ baseUrl: sandboxUrl, clock });
