import { z } from 'zod';
import type { Account } from '../accounts.ts';
import type { Outcome } from '../delivery/envelope.ts';
import { wrongCall } from '../services/wrong-call.ts';
import type { Block } from '../store/messages.ts';
import type { OpenView } from '../store/views.ts';
import { responseUrl } from '../web-api/response-url-route.ts';
import {
  type Element,
  entryOf,
  holdsValue,
  isRecord,
  type Placed,
  placedElements,
  type StateValues,
  stateValues,
} from '../workspace/elements.ts';
import { type Action, actionTs, messageAction, viewAction } from '../workspace/interactions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Acknowledged, acknowledged } from './acknowledged.ts';
import { enteredValues, Values } from './entered-values.ts';
import { acting, CHANNEL_DEFAULT, channelNamed, messageSeenBy, personNamed } from './lookups.ts';

export const ClickCall = z.looseObject({
  user: z.string(),
  channel: z.string().default(CHANNEL_DEFAULT),
  ts: z.string().optional(),
  view_id: z.string().optional(),
  action_id: z.string(),
  block_id: z.string().optional(),
  /** May be any earlier value; without it the value that is shown counts. */
  value: z.unknown().optional(),
  /** What stands in the other inputs of the message or view. */
  values: Values.optional(),
});
type ClickCall = z.infer<typeof ClickCall>;

/** A person uses a button or menu of a message, of a modal or of App Home. */
export async function click(workspace: Workspace, call: ClickCall): Promise<Acknowledged> {
  const account = personNamed(call.user);
  if ((call.ts === undefined) === (call.view_id === undefined))
    wrongCall('exactly one of ts (of a message) and view_id must be given');
  const outcome =
    call.ts === undefined ? await clickView(workspace, account, call) : await clickMessage(workspace, account, call, call.ts);
  return acknowledged(outcome, 'This action');
}

async function clickMessage(workspace: Workspace, account: Account, call: ClickCall, ts: string): Promise<Outcome> {
  const channel = channelNamed(call.channel);
  const message = messageSeenBy(workspace, account, channel, ts);
  const { action, chosen } = actionOf(workspace, message.blocks ?? [], call);
  const container = `${channel.id}:${ts}`;
  const entered = {
    ...workspace.inputState.read(account.id, container),
    ...enteredValues(message.blocks ?? [], call.values ?? {}),
  };
  const state = stateValues(message.blocks ?? [], merged(entered, chosen));
  workspace.inputState.keep(account.id, container, state);
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  const url = responseUrl(workspace, { user: account.id, channel: channel.id, ts, ...thread });
  await workspace.database.durable();
  return workspace.delivery.deliver(
    messageAction(acting(workspace, account), { message, channel, state, responseUrl: url, actions: [action] }),
  );
}

async function clickView(workspace: Workspace, account: Account, call: ClickCall): Promise<Outcome> {
  const view = viewOf(workspace, account, call.view_id ?? '');
  const { action, chosen } = actionOf(workspace, view.view.blocks, call);
  const entered = workspace.screens.enter(view, merged(enteredValues(view.view.blocks, call.values ?? {}), chosen));
  await workspace.database.durable();
  return workspace.delivery.deliver(viewAction(acting(workspace, account), entered, [action]));
}

/** A view on this person's own screen. */
export function viewOf({ views }: Workspace, account: Account, id: string): OpenView {
  const view = views.find(id);
  return view === undefined || view.user !== account.id ? wrongCall(`\`${account.name}\` has no view \`${id}\` open`) : view;
}

type Used = { action: Action; chosen: StateValues };

function actionOf({ now }: Workspace, blocks: readonly Block[], call: ClickCall): Used {
  const placed = placedElements(blocks).find(
    ({ element, blockId }) => element.action_id === call.action_id && (call.block_id ?? blockId) === blockId,
  );
  const common = { action_id: call.action_id, action_ts: actionTs(now()) };
  if (placed !== undefined) return shownAction(placed, call, common);
  // A button that is gone can still be pressed by a client that kept it: what that client holds is sent.
  if (call.value === undefined)
    return wrongCall(`nothing shown there has the action_id \`${call.action_id}\`; to send it all the same, give a value`);
  const text = { type: 'plain_text', text: call.action_id, emoji: true };
  return { action: { ...common, block_id: call.block_id ?? '', type: 'button', text, value: call.value }, chosen: {} };
}

function shownAction({ element, blockId }: Placed, call: ClickCall, common: { action_id: string; action_ts: string }): Used {
  if (!holdsValue(element)) return { action: { ...common, block_id: blockId, ...pressed(element, call.value) }, chosen: {} };
  const given =
    isRecord(call.value) || call.value === undefined ? { ...call, ...(isRecord(call.value) ? call.value : {}) } : call.value;
  const entry = entryOf(element, given);
  const chosen = { [blockId]: { [call.action_id]: entry } };
  return { action: { ...common, block_id: blockId, ...entry }, chosen };
}

const SHOWN_FIELDS = ['text', 'style', 'url'] as const;

function pressed(element: Element, value: unknown): { type: string; [field: string]: unknown } {
  const shown = Object.fromEntries(
    SHOWN_FIELDS.filter((field) => element[field] !== undefined).map((field) => [field, element[field]]),
  );
  const sent = value ?? element.value;
  return { type: element.type, ...shown, ...(sent === undefined ? {} : { value: sent }) };
}

function merged(one: StateValues, other: StateValues): StateValues {
  const values = { ...one };
  for (const [blockId, entries] of Object.entries(other)) values[blockId] = { ...values[blockId], ...entries };
  return values;
}
