import type { z } from 'zod';
import type { KibanaWorkflowConfig } from '../../../contracts/executors.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Clock, Executor, ExecutorAnswer, ExecutorStatus, NotSent, Order, Running } from '../../../pipeline/ports.ts';
import { isLate, notSent, REFUSED_LATE, refused } from '../answers.ts';
import { type Exchanged, exchange, lost } from '../exchange.ts';
import { answerIn, Execution, ExecutionPage, keyIn, Refusal, Started } from './executions.ts';

export type KibanaWorkflowOptions = {
  config: KibanaWorkflowConfig;
  /** KIBANA_URL and KIBANA_API_KEY. */
  kibana: { url: string; apiKey: string };
  clock: Clock;
};

const NAME = 'kibana-workflow';
const MS = 1_000;
const API_VERSION = '2023-10-31';
/** A question is asked while somebody waits, and may take several requests. */
const ASK_TIMEOUT_MS = 2_000;
const PAGE_SIZE = 50;
const FAULT_MIN = 500;
const UNCLEAR: ReadonlySet<number> = new Set([408, 409, 425, 429, 499]);
/** Executions that began long before an order are not its own; clocks may differ, and an order may begin late. */
const BEFORE_MS = 3_600_000;
const REMEMBERED_MAX = 1_000;

/**
 * Runs workflows in Kibana: an action's target is the workflow's id, its parameters are the workflow's inputs, and beside
 * them stand the key and the time limit, by which a run is found again after a lost answer or a restart.
 */
export function createKibanaWorkflowExecutor({ config, kibana, clock }: KibanaWorkflowOptions): Executor {
  const base = `${kibana.url.replace(/\/+$/, '')}${config.space === undefined ? '' : `/s/${config.space}`}`;
  const headers = {
    authorization: `ApiKey ${kibana.apiKey}`,
    'kbn-xsrf': 'true',
    'content-type': 'application/json',
    'elastic-api-version': API_VERSION,
  };
  /** Ids of executions by key, only to ask for them directly. */
  const known = new Map<string, string>();
  const remember = (key: string, id: string): void => {
    known.set(key, id);
    const oldest = known.size > REMEMBERED_MAX ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  };

  const read = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const timeoutMs = Math.min(ASK_TIMEOUT_MS, config.timeout_s * MS);
    const answer = await exchange({ method: 'GET', url: `${base}${path}`, headers, timeoutMs, name: NAME });
    if (answer.kind === 'unreached') throw lost(NAME, answer.problem);
    const value = shape.safeParse(answer.body);
    if (answer.status !== 200 || !value.success) throw lost(NAME, `status ${answer.status} to a question`);
    return value.data;
  };
  const executionOf = (id: string) => read(filledPath(config.execution_path, { execution: id }), Execution);

  /** Looks through the workflow's executions of about that time; lists may leave out what a run was given. */
  const search = async (key: string, { target, notAfter }: Order): Promise<Execution | null> => {
    const path = `${filledPath(config.executions_path, { id: target })}?page=1&size=${PAGE_SIZE}`;
    const { results } = await read(path, ExecutionPage);
    const sinceMs = Date.parse(notAfter) - BEFORE_MS;
    const recent = results.filter(({ startedAt }) => !(Date.parse(startedAt ?? '') < sinceMs));
    const whole = await Promise.all(recent.map((one) => (keyIn(one) === null ? executionOf(one.id) : one)));
    const found = whole.find((one) => keyIn(one) === key) ?? null;
    // Older ones may stand on a further page, so a full page without it says nothing.
    if (found === null && recent.length >= PAGE_SIZE) throw lost(NAME, 'too many executions to find one by its key');
    return found;
  };

  return {
    name: NAME,
    declares: () => ({ refusesLate: config.workflows_refuse_late, idempotentByKey: false }),
    async run(order) {
      if (order.target === '') return refused('the action names no workflow as its target');
      if (isLate(clock, order)) return REFUSED_LATE;
      const url = `${base}${filledPath(config.run_path, { id: order.target })}`;
      const body = JSON.stringify(bodyOf(order));
      const answer = await exchange({ method: 'POST', url, headers, body, timeoutMs: config.timeout_s * MS, name: NAME });
      const started = startedBy(answer);
      if (typeof started !== 'string') return started;
      remember(order.key, started);
      return { outcome: 'running', detail: `workflow execution ${started} was started` } satisfies Running;
    },
    async status(key, order): Promise<ExecutorStatus> {
      if (order === null)
        throw new GovernorError('outcome_unclear', 'it can no longer be told which workflow the order was about');
      const id = known.get(key);
      const execution = id === undefined ? await search(key, order) : await executionOf(id);
      if (execution === null) return { seen: false };
      remember(key, execution.id);
      return { seen: true, ...answerIn(execution) };
    },
  };
}

/** The id of the execution, or a definite no. Throws `answer_lost` where neither can be told. */
function startedBy(answer: Exchanged): string | ExecutorAnswer | NotSent {
  if (answer.kind === 'unreached') return notSent(answer.problem);
  const { status, body } = answer;
  const started = Started.safeParse(body);
  if (status >= 200 && status < 300 && started.success) return started.data.workflowExecutionId;
  if (status < 400 || status >= FAULT_MIN || UNCLEAR.has(status)) throw lost(NAME, `status ${status}`);
  const said = Refusal.safeParse(body);
  return refused(`Kibana refused it with status ${status}${said.success ? `: ${said.data.message}` : ''}`);
}

function bodyOf({ key, caseId, service, parameters, notAfter }: Order): object {
  const governor = { governor_key: key, governor_not_after: notAfter, governor_case: caseId, governor_service: service };
  return { inputs: { ...parameters, ...governor }, metadata: governor };
}

const filledPath = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (place, name: string) => encodeURIComponent(values[name] ?? place));
