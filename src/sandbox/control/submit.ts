import { z } from 'zod';
import { withoutNulls } from '../defined.ts';
import { wrongCall } from '../services/wrong-call.ts';
import { type OpenView, ViewPayload } from '../store/views.ts';
import { problemText } from '../validate/problem.ts';
import { viewProblems } from '../validate/view.ts';
import { isRecord } from '../workspace/elements.ts';
import { viewClosed, viewSubmission } from '../workspace/interactions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { World } from '../world/world.ts';
import { type Acknowledged, acknowledged } from './acknowledged.ts';
import { viewOf } from './click.ts';
import { enteredValues, formErrors, Values } from './entered-values.ts';
import { acting, personNamed } from './lookups.ts';

export const SubmitCall = z.strictObject({ user: z.string(), view_id: z.string(), values: Values.default({}) });
export const CloseCall = z.strictObject({ user: z.string(), view_id: z.string(), all: z.boolean().default(false) });

export type Submitted = Acknowledged & { response_action?: string; errors?: Record<string, string> };

/** A person submits a modal: required fields first, then the app, then what the app answered. */
export async function submit(workspace: Workspace, world: World, call: z.infer<typeof SubmitCall>): Promise<Submitted> {
  const account = personNamed(call.user);
  const open = viewOf(workspace, account, call.view_id);
  if (open.view.type !== 'modal') wrongCall('only a modal can be submitted');
  const view = workspace.screens.enter(open, enteredValues(open.view.blocks, call.values));
  const errors = formErrors(view.view.blocks, view.values);
  if (Object.keys(errors).length > 0) return { ok: false, ack_ms: 0, error: 'invalid_form', errors };

  for (const service of namedServices(view, world)) world.raise(service);
  await workspace.database.durable();
  const outcome = await workspace.delivery.deliver(viewSubmission(acting(workspace, account), view));
  if (!outcome.ok) return acknowledged(outcome, 'This form');
  const answer = answered(workspace, view, outcome.payload);
  await workspace.database.durable();
  return { ...answer, ack_ms: outcome.ack_ms };
}

/** Any field whose value names a service of the simulated world. */
function namedServices({ values }: OpenView, world: World): string[] {
  const entered = JSON.stringify(values);
  return world.services().filter((service) => entered.includes(JSON.stringify(service)));
}

const FAILED: Omit<Submitted, 'ack_ms'> = {
  ok: false,
  error: 'invalid_response',
  message: 'We had some trouble connecting. Try again?',
};

function answered(workspace: Workspace, view: OpenView, payload: unknown): Omit<Submitted, 'ack_ms'> {
  const answer = isRecord(payload) ? payload : {};
  switch (answer.response_action) {
    case undefined:
      workspace.screens.close(view, false);
      return { ok: true };
    case 'clear':
      workspace.screens.close(view, true);
      return { ok: true, response_action: 'clear' };
    case 'errors':
      return withErrors(view, answer.errors);
    case 'update':
    case 'push':
      return nextView(workspace, view, answer.response_action, answer.view);
    default:
      return FAILED;
  }
}

function nextView(
  { screens, log }: Workspace,
  view: OpenView,
  action: 'update' | 'push',
  given: unknown,
): Omit<Submitted, 'ack_ms'> {
  const problems = viewProblems(given, 'modal');
  if (problems.length > 0) {
    log.warn('the view in the answer to a form was refused', { problems: problems.map(problemText) });
    return FAILED;
  }
  const next = ViewPayload.parse(withoutNulls(given));
  const shown = action === 'update' ? screens.update({ view_id: view.id }, next) : screens.push(view.user, next);
  return shown.ok ? { ok: true, response_action: action } : { ...FAILED, error: shown.error };
}

const Errors = z.record(z.string(), z.string());

/** Errors belong to blocks the form shows; others are a mistake of the app that Slack shows as trouble. */
function withErrors({ view }: OpenView, given: unknown): Omit<Submitted, 'ack_ms'> {
  const errors = Errors.safeParse(given).data ?? {};
  const shown = new Set(view.blocks.filter(({ type }) => type === 'input').map((block) => block.block_id));
  const placed = Object.keys(errors).length > 0 && Object.keys(errors).every((blockId) => shown.has(blockId));
  return placed ? { ok: false, response_action: 'errors', errors } : FAILED;
}

/** A person closes a modal; the app hears of it if the view asked for that. */
export async function closeView(workspace: Workspace, call: z.infer<typeof CloseCall>): Promise<Acknowledged> {
  const account = personNamed(call.user);
  const view = viewOf(workspace, account, call.view_id);
  const all = call.all || view.view.clear_on_close === true;
  workspace.screens.close(view, all);
  await workspace.database.durable();
  if (view.view.notify_on_close !== true) return { ok: true, ack_ms: 0 };
  return acknowledged(await workspace.delivery.deliver(viewClosed(acting(workspace, account), view, all)), 'This form');
}
