import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Executor, ExecutorAnswer, Order } from '../../pipeline/ports.ts';
import { createJsonHttp, type HttpAnswer } from '../outward/json-http.ts';

const Ran = z.object({
  outcome: z.enum(['done', 'failed', 'refused']),
  detail: z.string().max(10_000),
  at: z.iso.datetime({ offset: true }),
});
const Status = z.discriminatedUnion('seen', [z.object({ seen: z.literal(false) }), Ran.extend({ seen: z.literal(true) })]);
const Declaration = z.object({ refuses_late: z.boolean(), idempotent_by_key: z.boolean() });

export type SandboxExecutorOptions = {
  /** SANDBOX_URL. */
  baseUrl: string;
  clock: Clock;
  /** For one order or question, in milliseconds. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
/** A status is asked while somebody waits, so a server that hangs must leave time for another attempt. */
const ASK_TIMEOUT_MS = 1_500;
const ASK_DEADLINE_MS = 4_500;
const CONFLICT = 409;

/** The simulated executor, by HTTP. Its promises are read from itself; throws `answer_lost` where it is not there. */
export async function createSandboxExecutor({
  baseUrl,
  clock,
  timeoutMs = TIMEOUT_MS,
}: SandboxExecutorOptions): Promise<Executor> {
  const orders = createJsonHttp({ name: 'the sandbox executor', baseUrl, clock, timeoutMs });
  const askTimeoutMs = Math.min(timeoutMs, ASK_TIMEOUT_MS);
  const questions = createJsonHttp({
    name: 'the sandbox executor',
    baseUrl,
    clock,
    timeoutMs: askTimeoutMs,
    readDeadlineMs: ASK_DEADLINE_MS,
  });
  const declaration = valueIn(await questions.read('/executor/declaration', {}, Declaration));
  const promises = { refusesLate: declaration.refuses_late, idempotentByKey: declaration.idempotent_by_key };

  return {
    name: 'sandbox',
    declares: () => promises,
    async run(order) {
      const answer = await orders.send('/executor/run', requestOf(order), Ran);
      if (answer.ok) return answerOf(answer.value);
      // Another order ran under this key: it would be wrong to say that nothing happened.
      if (answer.status === CONFLICT) throw new GovernorError('executor_conflict', answer.refusal);
      return { outcome: 'refused', detail: answer.refusal, effectAt: null };
    },
    async status(key) {
      const status = valueIn(await questions.read('/executor/status', { key }, Status));
      return status.seen ? { seen: true, ...answerOf(status) } : { seen: false };
    },
  };
}

const requestOf = ({ key, service, actionId, parameters, caseId, notAfter }: Order) => ({
  key,
  service,
  action: actionId,
  parameters,
  case_id: caseId,
  not_after: notAfter,
});

function answerOf({ outcome, detail, at }: z.infer<typeof Ran>): ExecutorAnswer {
  return { outcome, detail, effectAt: outcome === 'refused' ? null : new Date(at).toISOString() };
}

function valueIn<T>(answer: HttpAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new GovernorError('executor_refused', `the sandbox executor refused a question: ${answer.refusal}`);
}
