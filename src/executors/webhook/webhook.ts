import type { WebhookExecutorConfig } from '../../../contracts/executors.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Clock, Executor, Order } from '../../../pipeline/ports.ts';
import { isLate, notSent, REFUSED_LATE } from '../answers.ts';
import { exchange, lost } from '../exchange.ts';
import { readRun, readStatus } from './reading.ts';
import { signed } from './signature.ts';

export type WebhookOptions = {
  /** As the catalogue calls it: `webhook-NAME`. */
  name: string;
  config: WebhookExecutorConfig;
  secret: string;
  token: string | null;
  clock: Clock;
};

const MS = 1_000;
/** A question is asked while somebody waits, so a target that hangs must leave time for the answer to be recorded. */
const ASK_TIMEOUT_MS = 4_000;

/**
 * Any system that takes signed HTTP requests: a job runner, a CI system, an event gateway. What it promises is what the
 * config says that it promises; without a status URL a lost answer can only be settled by a person.
 */
export function createWebhookExecutor({ name, config, secret, token, clock }: WebhookOptions): Executor {
  const authorization = token === null ? {} : { [config.token_header]: token };
  const promises = { refusesLate: config.refuses_late, idempotentByKey: config.idempotent_by_key };
  const reading = {
    name,
    answers: config.answers,
    tooManyIsRefusal: config.too_many_is_refusal,
    hasStatus: config.status_url !== undefined,
  };

  const send = (order: Order) => {
    const body = JSON.stringify(bodyOf(order));
    const headers = {
      ...authorization,
      'content-type': 'application/json',
      'idempotency-key': order.key,
      'x-governor-not-after': order.notAfter,
      ...signed(secret, body, clock.now()),
    };
    const url = addressOf(config.url, order.key, order.target);
    return exchange({ method: 'POST', url, headers, body, timeoutMs: config.timeout_s * MS, name });
  };

  return {
    name,
    declares: () => promises,
    async run(order) {
      // A target that takes repeats knows best what became of them, so only an order that cannot be one is stopped here.
      if (!promises.idempotentByKey && isLate(clock, order)) return REFUSED_LATE;
      const answer = await send(order);
      return answer.kind === 'unreached' ? notSent(answer.problem) : readRun(answer, order.key, reading);
    },
    async status(key, order) {
      if (config.status_url === undefined)
        throw new GovernorError('no_status', `${name} has no status_url, so it cannot be asked what became of an order`);
      const url = addressOf(config.status_url, key, order?.target ?? '');
      const headers = { ...authorization, accept: 'application/json', ...signed(secret, key, clock.now()) };
      const timeoutMs = Math.min(ASK_TIMEOUT_MS, config.timeout_s * MS);
      const answer = await exchange({ method: 'GET', url, headers, timeoutMs, name });
      if (answer.kind === 'unreached') throw lost(name, answer.problem);
      return readStatus(answer, name);
    },
  };
}

const addressOf = (template: string, key: string, target: string): string =>
  template.replaceAll('{key}', () => encodeURIComponent(key)).replaceAll('{target}', () => encodeURIComponent(target));

/** Sent as it is signed. Names are those of the contracts. */
const bodyOf = ({ key, caseId, service, actionId, target, parameters, notAfter }: Order) => ({
  key,
  case_id: caseId,
  service,
  action: actionId,
  target,
  parameters,
  not_after: notAfter,
});
