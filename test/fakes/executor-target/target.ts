import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readText } from '../../../src/http/body.ts';
import { listen } from '../../../src/http/server.ts';

/** What may be told to go wrong with one order. `applied` stands between the effect and its answer. */
export type Trouble =
  | { when: 'before' | 'applied'; do: 'cut' | 'hang' }
  | { when: 'before' | 'applied'; do: 'status'; status: number; body?: unknown }
  | { when: 'before'; do: 'slow'; ms: number }
  | { when: 'applied'; do: 'fail' }
  | { when: 'applied'; do: 'async'; ms: number };

export type Seen = { method: string; path: string; headers: Record<string, unknown>; body: string };

/** One effect that really happened: a row of the target's own ledger. */
export type TargetEffect = {
  at: string;
  key: string;
  case_id: string;
  service: string;
  action: string;
  parameters: Record<string, unknown>;
  outcome: 'done' | 'failed' | 'running';
};

export type ExecutorTarget = {
  url: string;
  /** In the order in which they happened. */
  effects: readonly TargetEffect[];
  seen: readonly Seen[];
  /** Strikes the next orders. */
  trouble(next: Trouble, times?: number): void;
  /** Questions stay without an answer from now on. */
  silence(): void;
  close(): Promise<void>;
};

export type TargetOptions = {
  secret: string;
  refusesLate?: boolean;
  idempotent?: boolean;
  /** Called at the moment of an effect, which counts at once and of which nothing is said before this has ended. */
  onEffect?: (key: string, effect: TargetEffect) => void | Promise<void>;
};

const Run = z.strictObject({
  key: z.string(),
  case_id: z.string(),
  service: z.string(),
  action: z.string(),
  target: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  not_after: z.iso.datetime({ offset: true }),
});
type Run = z.infer<typeof Run>;
type Row = { content: string; shown: Promise<void>; outcome: 'done' | 'failed' | 'running'; detail: string; at: string };

/** A signature that is older than this is no proof any more. */
const OLD_S = 300;

/** A system that takes signed orders, with a ledger of its own: one row a key, one entry an effect. */
export async function openExecutorTarget(options: TargetOptions): Promise<ExecutorTarget> {
  const { secret, refusesLate = true, idempotent = true } = options;
  const rows = new Map<string, Row>();
  const effects: TargetEffect[] = [];
  const seen: Seen[] = [];
  const troubles: Trouble[] = [];
  let isSilent = false;

  const apply = (run: Run, struck: Trouble | undefined): Row => {
    const { key, case_id, service, action, parameters } = run;
    const at = new Date().toISOString();
    const outcome = OUTCOMES[struck?.when === 'applied' ? struck.do : 'done'] ?? 'done';
    const effect = { at, key, case_id, service, action, parameters, outcome };
    effects.push(effect);
    const shown = Promise.resolve(options.onEffect?.(key, effect));
    const row: Row = { content: contentOf(run), shown, outcome, detail: `${run.action} on ${run.target}`, at };
    rows.set(run.key, row);
    if (struck?.do === 'async') setTimeout(() => Object.assign(row, { outcome: 'done' }), struck.ms).unref();
    return row;
  };

  const takeRun = async (res: ServerResponse, body: string, key: string): Promise<void> => {
    const parsed = Run.safeParse(JSON.parse(body));
    if (!parsed.success || parsed.data.key !== key) return answer(res, 400, { error: 'not an order' });
    const run = parsed.data;
    const struck = troubles.shift();
    if (struck?.when === 'before' && (await strike(res, struck))) return;
    const earlier = idempotent ? rows.get(run.key) : undefined;
    if (earlier !== undefined)
      return earlier.content === contentOf(run) ? answerRow(res, earlier) : answer(res, 409, { error: 'used before' });
    if (refusesLate && Date.parse(run.not_after) < Date.now())
      return answer(res, 200, { outcome: 'refused', detail: 'too late', at: new Date().toISOString() });
    const row = apply(run, struck);
    await row.shown;
    if (struck?.when === 'applied' && (await strike(res, struck))) return;
    await answerRow(res, row, row.outcome === 'running' ? 202 : 200);
  };

  const takeStatus = async (res: ServerResponse, key: string): Promise<void> => {
    if (isSilent) return;
    const row = rows.get(key);
    await (row === undefined ? answer(res, 200, { seen: false }) : answerRow(res, row, 200, { seen: true }));
  };

  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    handlers: [
      async (req, res) => {
        const body = await readText(req);
        const url = new URL(req.url ?? '', 'http://target');
        seen.push({ method: req.method ?? '', path: req.url ?? '', headers: req.headers, body });
        const isOrder = req.method === 'POST';
        const key = isOrder ? String(req.headers['idempotency-key']) : (url.searchParams.get('key') ?? '');
        if (!isSigned(secret, req.headers, isOrder ? body : key)) answer(res, 401, { error: 'the signature is wrong' });
        else if (isOrder) await takeRun(res, body, key);
        else await takeStatus(res, key);
        return true;
      },
    ],
  });
  return {
    url: server.url,
    effects,
    seen,
    trouble: (next, times = 1) => void troubles.push(...Array.from({ length: times }, () => next)),
    silence: () => {
      isSilent = true;
    },
    close: () => server.close(0),
  };
}

const OUTCOMES: Readonly<Record<string, Row['outcome']>> = { fail: 'failed', async: 'running' };

const contentOf = ({ not_after: _limit, ...rest }: Run): string => JSON.stringify(rest);

/** True where the answer is given, or never will be. */
async function strike(res: ServerResponse, struck: Trouble): Promise<boolean> {
  if (struck.do === 'cut') res.destroy();
  if (struck.do === 'status') answer(res, struck.status, struck.body ?? { error: `told to be ${struck.status}` });
  if (struck.do === 'slow') await sleep(struck.ms);
  return struck.do === 'cut' || struck.do === 'status' || struck.do === 'hang';
}

async function answerRow(res: ServerResponse, row: Row, status = 200, more: object = {}): Promise<void> {
  await row.shown;
  const { outcome, detail, at } = row;
  answer(res, status, { ...more, outcome, detail, at });
}

function answer(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Written anew from the description, so that a mistake of the sender does not hide in shared code. */
function isSigned(secret: string, headers: Record<string, unknown>, content: string): boolean {
  const timestamp = String(headers['x-governor-timestamp']);
  const given = Buffer.from(String(headers['x-governor-signature']));
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1_000 - Number(timestamp)) > OLD_S) return false;
  const wanted = Buffer.from(`v1=${createHmac('sha256', secret).update(`v1:${timestamp}:${content}`).digest('hex')}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
