import { z } from 'zod';
import { Telemetry as Figures, LogLine } from '../../contracts/telemetry.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Telemetry, Window } from '../../pipeline/ports.ts';
import { createJsonHttp, type HttpAnswer } from '../outward/json-http.ts';

const Answer = z.object({
  service: z.string(),
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  partial: z.boolean(),
  ...Figures.shape,
});
type Answer = z.infer<typeof Answer>;
const Services = z.object({ services: z.array(z.string().min(1).max(100)).max(10_000) });

export type SandboxTelemetryOptions = {
  /** SANDBOX_URL. */
  baseUrl: string;
  clock: Clock;
  /** For one attempt, in milliseconds. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 3_000;
const DEADLINE_MS = 9_000;

/** The simulated world's telemetry, by HTTP. Figures that are partial or of another window are a fault, never an answer. */
export function createSandboxTelemetry({ baseUrl, clock, timeoutMs = TIMEOUT_MS }: SandboxTelemetryOptions): Telemetry {
  const http = createJsonHttp({ name: 'the sandbox telemetry', baseUrl, clock, timeoutMs, readDeadlineMs: DEADLINE_MS });
  return {
    async figures(service, window) {
      const answer = await http.read('/telemetry/figures', { service, from: window.from, to: window.to }, Answer);
      return saysUnknown(answer, 'unknown_service') ? null : figuresOf(valueIn(answer), service, window);
    },
    async services() {
      return valueIn(await http.read('/telemetry/services', {}, Services)).services;
    },
    async logLine(id) {
      const answer = await http.read('/telemetry/log', { id }, LogLine);
      return saysUnknown(answer, 'unknown_log') ? null : valueIn(answer);
    },
  };
}

/** Only the agreed word means "there is none": any other 404 is somebody who was not asked. */
const saysUnknown = (answer: HttpAnswer<unknown>, word: string): boolean =>
  !answer.ok && answer.status === 404 && answer.refusal === word;

function valueIn<T>(answer: HttpAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new GovernorError('telemetry_refused', `the sandbox telemetry refused a question: ${answer.refusal}`);
}

function figuresOf({ service, from, to, partial, ...figures }: Answer, asked: string, window: Window): Figures {
  if (partial) throw new GovernorError('telemetry_partial', `the figures of \`${asked}\` are incomplete`);
  const same = service === asked && isSameTime(from, window.from) && isSameTime(to, window.to);
  if (!same) throw new GovernorError('telemetry_mismatch', `the figures of \`${asked}\` are not those that were asked for`);
  return figures;
}

const isSameTime = (a: string, b: string): boolean => Date.parse(a) === Date.parse(b);
