import { rateAt, type Segment } from './rates.ts';
import type { WorldService } from './world-file.ts';

/** One simulated request: the `n`th of a service in a whole second. */
export type SimulatedRequest = { id: string; atMs: number; status: number; path: string; isError: boolean };

const SECOND_MS = 1000;
export const OK_STATUS = 200;
const OK_PATHS = ['/', '/v1/items', '/v1/status', '/v1/search', '/v1/orders'];
// The golden ratio's fraction: its multiples fill 0..1 so evenly that any window shows its error rate within a request or two.
const EVEN_STEP = 0.6180339887498949;
const ID = /^log:(?<service>.+):(?<second>\d{1,11}):(?<n>\d{1,4})$/;

export function parseLogId(id: string): { service: string; second: number; n: number } | undefined {
  const found = ID.exec(id)?.groups;
  if (found?.service === undefined) return undefined;
  return { service: found.service, second: Number(found.second), n: Number(found.n) };
}

/** Pure: the same service, history, second and number always give the same request; undefined where the service is silent. */
export function requestAt(
  service: WorldService,
  segments: readonly Segment[],
  second: number,
  n: number,
): SimulatedRequest | undefined {
  const errorRate = rateAt(segments, momentOf(service, second, n));
  if (errorRate === null) return undefined;
  return writtenOut(service, second, n, fails(service, shiftOf(service), errorRate, second, n));
}

function writtenOut(service: WorldService, second: number, n: number, isFailed: boolean): SimulatedRequest {
  const id = `log:${service.service}:${second}:${n}`;
  const atMs = momentOf(service, second, n);
  const pick = hash(id);
  const failure = service.error_paths[pick % service.error_paths.length];
  if (isFailed && failure !== undefined) return { id, atMs, isError: true, ...failure };
  return { id, atMs, isError: false, status: OK_STATUS, path: OK_PATHS[pick % OK_PATHS.length] ?? '/' };
}

export type Counted = { requests: number; failed: SimulatedRequest[] };

/** Every request with fromMs <= atMs < toMs: their number, and in order of time those that failed. */
export function countRequests(service: WorldService, segments: readonly Segment[], fromMs: number, toMs: number): Counted {
  const shift = shiftOf(service);
  const failed: SimulatedRequest[] = [];
  let requests = 0;
  const count = (second: number, n: number): void => {
    const atMs = momentOf(service, second, n);
    const errorRate = atMs < fromMs || atMs >= toMs ? null : rateAt(segments, atMs);
    if (errorRate === null) return;
    requests += 1;
    // Only the few that fail are written out: a window of minutes has many thousand requests.
    if (fails(service, shift, errorRate, second, n)) failed.push(writtenOut(service, second, n, true));
  };
  for (let second = Math.floor(fromMs / SECOND_MS); second * SECOND_MS < toMs; second += 1)
    for (let n = 0; n < service.requests_per_s; n += 1) count(second, n);
  return { requests, failed };
}

function momentOf({ requests_per_s: perSecond }: WorldService, second: number, n: number): number {
  return second * SECOND_MS + Math.floor((n * SECOND_MS) / perSecond);
}

function fails(
  { requests_per_s: perSecond }: WorldService,
  shift: number,
  errorRate: number,
  second: number,
  n: number,
): boolean {
  return ((second * perSecond + n) * EVEN_STEP + shift) % 1 < errorRate;
}

/** An access log line as web servers write them. */
export function logText(request: SimulatedRequest): string {
  const pick = hash(request.id);
  const address = `10.${pick % 200}.${(pick >> 8) % 250}.${((pick >> 16) % 250) + 1}`;
  const bytes = request.isError ? 180 + (pick % 300) : 900 + (pick % 9000);
  return `${address} - - [${new Date(request.atMs).toISOString()}] "GET ${request.path} HTTP/1.1" ${request.status} ${bytes} "-" "sandbox-client/1.0"`;
}

function shiftOf({ service }: WorldService): number {
  return (hash(service) % 1000) / 1000;
}

/** FNV-1a, 32 bits: small, and the same on every machine. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
