import { z } from 'zod';
import type { ExecutorAnswer, Running } from '../../../pipeline/ports.ts';
import { short } from '../answers.ts';

const Inputs = z.looseObject({ governor_key: z.string().optional() });
/** Where versions differ in what they repeat of a run's inputs, each place is looked at. */
const Carrier = z.looseObject({ inputs: Inputs.nullish(), metadata: Inputs.nullish() });

export const Started = z.looseObject({ workflowExecutionId: z.string().min(1).max(500) });
export const Execution = Carrier.extend({
  id: z.string().min(1).max(500),
  status: z.string(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  context: Carrier.nullish(),
  error: z.unknown().optional(),
});
export type Execution = z.infer<typeof Execution>;
export const ExecutionPage = z.looseObject({ results: z.array(Execution), total: z.number().optional() });
export const Refusal = z.looseObject({ message: z.string() });

export const keyIn = ({ inputs, metadata, context }: Execution): string | null =>
  inputs?.governor_key ?? metadata?.governor_key ?? context?.inputs?.governor_key ?? context?.metadata?.governor_key ?? null;

const ENDED: Readonly<Record<string, ExecutorAnswer['outcome']>> = {
  completed: 'done',
  failed: 'failed',
  cancelled: 'failed',
  timed_out: 'failed',
  // The engine dropped it before its first step.
  skipped: 'refused',
};

/** A status that is new counts as under way: it is asked for again, and after a time a person is. */
export function answerIn(execution: Execution): ExecutorAnswer | Running {
  const { id, status, finishedAt } = execution;
  const outcome = Object.hasOwn(ENDED, status) ? ENDED[status] : undefined;
  if (outcome === undefined) return { outcome: 'running', detail: short(`workflow execution ${id} is ${status}`) };
  const detail = short(`workflow execution ${id}: ${status}${errorIn(execution)}`);
  return { outcome, detail, effectAt: outcome === 'refused' ? null : instantOf(finishedAt) };
}

function errorIn({ error }: Execution): string {
  const parsed = Refusal.safeParse(error);
  if (parsed.success) return `: ${parsed.data.message}`;
  return typeof error === 'string' ? `: ${error}` : '';
}

function instantOf(text: string | null | undefined): string | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
