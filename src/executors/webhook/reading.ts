import { z } from 'zod';
import type { ExecutorAnswer, ExecutorStatus, Running } from '../../../pipeline/ports.ts';
import { refused, short, usedKey } from '../answers.ts';
import { type Exchanged, lost } from '../exchange.ts';

type Answered = Extract<Exchanged, { kind: 'answered' }>;
export type ReadingOptions = { name: string; answers: 'outcome' | 'status'; tooManyIsRefusal: boolean; hasStatus: boolean };

const Detail = z.string().max(10_000).default('');
const Ended = z.object({
  outcome: z.enum(['done', 'failed', 'refused']),
  detail: Detail,
  /** When the effect was; left out where the target cannot tell. */
  at: z.iso.datetime({ offset: true }).nullish(),
});
const UnderWay = z.object({ outcome: z.literal('running'), detail: Detail });
const Outcome = z.discriminatedUnion('outcome', [Ended, UnderWay]);
const Seen = { seen: z.literal(true) };
const Status = z.union([z.object({ seen: z.literal(false) }), Ended.extend(Seen), UnderWay.extend(Seen)]);
const Said = z.object({ error: z.string().optional(), detail: z.string().optional(), message: z.string().optional() });

const ACCEPTED = 202;
const CONFLICT = 409;
const REQUEST_TIMEOUT = 408;
const TOO_EARLY = 425;
const TOO_MANY = 429;
/** A proxy's own word for a client that went away: how far the request got is unknown. */
const CLIENT_CLOSED = 499;
const UNCLEAR: ReadonlySet<number> = new Set([REQUEST_TIMEOUT, TOO_EARLY, CLIENT_CLOSED]);

/** What the target's answer to an order means. Throws `answer_lost` where it leaves open whether the order was taken. */
export function readRun(answer: Answered, key: string, options: ReadingOptions): ExecutorAnswer | Running {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return readSuccess(answer, options);
  if (status === CONFLICT) throw usedKey(key);
  const isUnclear = UNCLEAR.has(status) || (status === TOO_MANY && !options.tooManyIsRefusal);
  if (status < 400 || status >= 500 || isUnclear) throw lost(options.name, `status ${status}`);
  return refused(`${options.name} refused it with status ${status}${saidIn(body)}`);
}

function readSuccess({ status, body }: Answered, { name, answers, hasStatus }: ReadingOptions): ExecutorAnswer | Running {
  const told = Outcome.safeParse(body);
  if (told.success) return answerOf(told.data);
  if (status === ACCEPTED && hasStatus) return { outcome: 'running', detail: `${name} took it` };
  if (answers === 'outcome') throw lost(name, `status ${status} without an outcome`);
  return { outcome: 'done', detail: `${name} answered with status ${status}`, effectAt: null };
}

/** What the target says of a key. Only its own `seen: false` means that it never saw it; a page that is missing does not. */
export function readStatus({ status, body }: Answered, name: string): ExecutorStatus {
  const told = Status.safeParse(body);
  if (!told.success || status >= 500) throw lost(name, `status ${status} to a question`);
  return told.data.seen ? { seen: true, ...answerOf(told.data) } : { seen: false };
}

function answerOf(told: z.infer<typeof Outcome>): ExecutorAnswer | Running {
  const detail = short(told.detail) || `told as ${told.outcome}`;
  if (told.outcome === 'running') return { outcome: 'running', detail };
  const isKnown = told.outcome !== 'refused' && told.at !== undefined && told.at !== null;
  return { outcome: told.outcome, detail, effectAt: isKnown ? new Date(told.at ?? '').toISOString() : null };
}

function saidIn(body: unknown): string {
  const said = Said.safeParse(body);
  const words = said.success ? (said.data.error ?? said.data.detail ?? said.data.message ?? '') : '';
  return words === '' ? '' : `: ${short(words)}`;
}
