import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { sendJson } from '../http/reply.ts';

const FAULT_TARGETS = ['slack', 'executor', 'tickets', 'telemetry'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

const KINDS = ['429', '500', 'hang', 'delay', 'disconnect', 'duplicate', 'drop_before', 'applied_answer_lost'] as const;
/** Kinds that strike the app's connection, not one of its calls, even when no method is named. */
const CONNECTION_KINDS: ReadonlySet<string> = new Set(['disconnect', 'duplicate']);
/** The method name that aims a fault at what the workspace sends to the app. */
const CONNECTION = 'connection';

const RETRY_AFTER_S = 1;
const DELAY_MS = 1000;
const TOO_MANY = 429;
const SERVER_ERROR = 500;

const FaultShape = z.strictObject({
  target: z.enum(FAULT_TARGETS),
  method: z.string().min(1).optional(),
  /** Strikes only questions about this service; for telemetry, which alone is asked about services. */
  service: z.string().min(1).optional(),
  /** Not before the next action on this service: whoever looks afterwards meets it, however soon. Its time counts from there. */
  begins: z.literal('with_effect').optional(),
  kind: z.union([z.coerce.string().pipe(z.enum(KINDS)), z.string().regex(/^error:\w+$/)]),
  /** How often it strikes; without it once, or without limit while `for_ms` lasts. */
  times: z.number().int().positive().optional(),
  /** Length of a delay, a hang or an outage; for 429 the Retry-After, rounded up to seconds. */
  ms: z.number().nonnegative().max(600_000).optional(),
  for_ms: z.number().positive().max(3_600_000).optional(),
  reason: z.enum(['warning', 'refresh_requested', 'link_disabled', 'too_many_websockets']).optional(),
});
export const FaultRequest = FaultShape.refine(({ target, service }) => service === undefined || target === 'telemetry', {
  error: 'only a fault of telemetry can be about one service',
}).refine(({ begins, service }) => begins === undefined || service !== undefined, {
  error: 'a fault that begins with an effect names its service',
});
export type FaultRequest = z.infer<typeof FaultRequest>;

type Active = FaultRequest & { left: number; endsMs: number };
export type Fault = Pick<FaultRequest, 'kind' | 'ms'>;

export type Faults = {
  add(request: FaultRequest): void;
  /** The fault that strikes this call, counted down; undefined = the call goes well. `service`: whom a question is about. */
  take(target: FaultTarget, method: string, service?: string): Fault | undefined;
  /** The fault that strikes the next envelope to the app. */
  takeEnvelope(): Fault | undefined;
  /** An action was carried out on this service: what waited for it begins. */
  actedOn(service: string): void;
  list(): {
    target: string;
    method?: string | undefined;
    service?: string | undefined;
    kind: string;
    left: number | 'while it lasts';
  }[];
  clear(): void;
};

export function createFaults(now: () => number): Faults {
  let active: Active[] = [];
  let waiting: FaultRequest[] = [];
  const begin = (request: FaultRequest): void => {
    const endsMs = request.for_ms === undefined ? Number.POSITIVE_INFINITY : now() + request.for_ms;
    active.push({ ...request, left: leftOf(request), endsMs });
  };
  const strike = (matches: (fault: Active) => boolean): Fault | undefined => {
    active = active.filter((fault) => fault.left > 0 && fault.endsMs > now());
    const fault = active.find(matches);
    if (fault !== undefined) fault.left -= 1;
    return fault;
  };
  return {
    add(request) {
      if (request.begins === undefined) begin(request);
      else waiting.push(request);
    },
    actedOn(service) {
      for (const request of waiting.filter((one) => one.service === service)) begin(request);
      waiting = waiting.filter((one) => one.service !== service);
    },
    take: (target, method, service) =>
      strike(
        (fault) =>
          fault.target === target &&
          !strikesConnection(fault) &&
          (fault.method === undefined || fault.method === method) &&
          (fault.service === undefined || fault.service === service),
      ),
    takeEnvelope: () => strike(strikesConnection),
    list: () =>
      [...active, ...waiting.map((request) => ({ ...request, left: leftOf(request) }))].map(
        ({ target, method, service, kind, left }) => ({
          target,
          method,
          service,
          kind,
          left: Number.isFinite(left) ? left : ('while it lasts' as const),
        }),
      ),
    clear() {
      active = [];
      waiting = [];
    },
  };
}

const leftOf = ({ times, for_ms: forMs }: FaultRequest): number => times ?? (forMs === undefined ? 1 : Number.POSITIVE_INFINITY);

export function strikesConnection({ target, method, kind }: FaultRequest): boolean {
  return target === 'slack' && (method === CONNECTION || (method === undefined && CONNECTION_KINDS.has(kind)));
}

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };
type Exchange = { res: ServerResponse; apply: () => Promise<Answer>; refuse: (name: string) => Answer };
type Strike = (exchange: Exchange, ms: number | undefined) => Promise<void>;

const cut: Strike = async ({ res }) => void res.destroy();

const STRIKES: Record<string, Strike> = {
  429: async ({ res }, ms) => {
    const seconds = ms === undefined ? RETRY_AFTER_S : Math.ceil(ms / 1000);
    sendJson(res, TOO_MANY, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) });
  },
  500: async ({ res }) => sendJson(res, SERVER_ERROR, { ok: false, error: 'internal_error' }),
  // Without a length the request hangs until the client gives up; nothing is applied.
  hang: async ({ res }, ms) => {
    if (ms === undefined) return;
    await sleep(ms, undefined, { ref: false });
    res.destroy();
  },
  // The request itself is slow to arrive: what it asks for is applied only after the delay.
  delay: async ({ res, apply }, ms) => {
    await sleep(ms ?? DELAY_MS, undefined, { ref: false });
    answer(res, await apply());
  },
  drop_before: cut,
  disconnect: cut,
  applied_answer_lost: async ({ res, apply }) => {
    await apply();
    res.destroy();
  },
  duplicate: async ({ res, apply }) => {
    await apply();
    answer(res, await apply());
  },
};

/** Answers one call, struck by a fault or not. */
export async function answerUnderFault(fault: Fault | undefined, exchange: Exchange): Promise<void> {
  if (fault === undefined) return answer(exchange.res, await exchange.apply());
  const strike = STRIKES[fault.kind];
  if (strike !== undefined) return strike(exchange, fault.ms);
  answer(exchange.res, exchange.refuse(fault.kind.slice('error:'.length)));
}

function answer(res: ServerResponse, { status, body, headers }: Answer): void {
  sendJson(res, status, body, headers);
}
