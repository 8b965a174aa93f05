import { z } from 'zod';
import { accountOf } from '../accounts.ts';
import { withoutNulls } from '../defined.ts';
import { ViewPayload } from '../store/views.ts';
import { problemText } from '../validate/problem.ts';
import { viewProblems } from '../validate/view.ts';
import { apiView, type ScreenOutcome } from '../workspace/screens.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type ApiAnswer, method, refuse } from './method.ts';

type Parsed = { ok: true; view: ViewPayload } | { ok: false; refusal: ApiAnswer };

/** A view as the app sent it, validated; the type must be the one the method is for. */
function parseView(view: unknown, type: 'modal' | 'home'): Parsed {
  const problems = viewProblems(view, type).map(problemText);
  if (problems.length === 0) return { ok: true, view: ViewPayload.parse(withoutNulls(view)) };
  return {
    ok: false,
    refusal: refuse('invalid_arguments', { response_metadata: { messages: problems.map((text) => `[ERROR] ${text}`) } }),
  };
}

const Opening = z.looseObject({
  trigger_id: z.string().optional(),
  exchange_trigger_id: z.string().optional(),
  view: z.unknown(),
});

/** The trigger is spent only by a view that is valid, so a corrected call may still use it. */
function byTrigger(
  args: z.infer<typeof Opening>,
  { triggers }: Workspace,
  show: (user: string, view: ViewPayload) => ScreenOutcome,
): ApiAnswer {
  const parsed = parseView(args.view, 'modal');
  if (!parsed.ok) return parsed.refusal;
  const trigger = triggers.exchange(args.trigger_id ?? '');
  return trigger.ok ? shown(show(trigger.user, parsed.view)) : refuse(trigger.error);
}

function shown(outcome: ScreenOutcome): ApiAnswer {
  return outcome.ok ? { ok: true, view: apiView(outcome.view) } : refuse(outcome.error);
}

export const viewsOpen = method({}, Opening, (args, workspace) => byTrigger(args, workspace, workspace.screens.open));

export const viewsPush = method({}, Opening, (args, workspace) => byTrigger(args, workspace, workspace.screens.push));

const Updating = z.looseObject({
  view_id: z.string().optional(),
  external_id: z.string().optional(),
  hash: z.string().optional(),
  view: z.unknown(),
});

export const viewsUpdate = method({}, Updating, (args, { screens, views }) => {
  const shownNow = args.view_id === undefined ? views.findExternal(args.external_id ?? '') : views.find(args.view_id);
  const parsed = parseView(args.view, shownNow?.view.type ?? 'modal');
  return parsed.ok ? shown(screens.update(args, parsed.view)) : parsed.refusal;
});

const Publishing = z.looseObject({ user_id: z.string(), hash: z.string().optional(), view: z.unknown() });

export const viewsPublish = method({}, Publishing, (args, { screens, manifest }) => {
  if (!manifest.homeTabEnabled) return refuse('not_enabled');
  const account = accountOf(args.user_id);
  if (account === undefined) return refuse('user_not_found');
  const parsed = parseView(args.view, 'home');
  return parsed.ok ? shown(screens.publish(account.id, parsed.view, args.hash)) : parsed.refusal;
});
