import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readJson } from '../../http/body.ts';
import { sendJson } from '../../http/reply.ts';
import { type Router, requestUrl } from '../../http/router.ts';
import { ACK_LIMIT_MS } from '../delivery/delivery.ts';
import { verifyUrl } from '../delivery/http-transport.ts';
import { FaultRequest, strikesConnection } from '../faults.ts';
import type { Ledger } from '../services/ledger.ts';
import type { Tickets } from '../services/tickets.ts';
import { parseCall, wrongCall } from '../services/wrong-call.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type World, WorldChange } from '../world/world.ts';
import { AppCall, type Apps } from './apps.ts';
import { ClickCall, click } from './click.ts';
import { CommandCall, runCommand } from './command.ts';
import type { Idle } from './idle.ts';
import { HomeCall, openHome, ShortcutCall, useShortcut } from './open.ts';
import {
  BotPostCall,
  botPost,
  DeleteCall,
  deleteMessage,
  EditCall,
  EventCall,
  editMessage,
  MessageCall,
  ReplyCall,
  say,
  sendEvent,
} from './speak.ts';
import type { Streams } from './stream.ts';
import { CloseCall, closeView, SubmitCall, submit } from './submit.ts';
import { shownMessages, shownViews, workspaceFacts } from './views-of-all.ts';

export type ControlPorts = {
  workspace: Workspace;
  world: World;
  ledger: Ledger;
  tickets: Tickets;
  apps: Apps;
  idle: () => Promise<Idle>;
  streams: Streams;
  reset: () => void;
};

const WorldCall = z.strictObject({ services: z.array(WorldChange) });
const TransportCall = z.strictObject({
  mode: z.enum(['socket', 'http']),
  request_url: z.url({ protocol: /^https?$/ }).optional(),
  /** False skips the challenge, for an app that is not up yet. */
  verify: z.boolean().default(true),
  retry_delays_ms: z.array(z.number().nonnegative()).max(3).optional(),
});

/** What people and tests do to the workspace, and what they may look at. */
export function controlRoutes(router: Router, ports: ControlPorts): void {
  const { workspace, world } = ports;
  actions(router, ports);
  router.get('/_control/stream', (req, res) => ports.streams.open(req, res));
  read(router, 'messages', (query) => ({ messages: shownMessages(workspace, query) }));
  read(router, 'views', (query) => ({ views: shownViews(workspace, query.get('user')) }));
  read(router, 'calls', () => ({ calls: workspace.calls.list() }));
  read(router, 'executions', () => ({ executions: ports.ledger.list() }));
  read(router, 'tickets', () => ({ tickets: ports.tickets.list() }));
  read(router, 'idle', () => ports.idle());
  read(router, 'world', () => ({ services: world.show() }));
  read(router, 'workspace', () => workspaceFacts(workspace));
  read(router, 'faults', () => ({ faults: workspace.faults.list() }));
  read(router, 'apps', () => ({ apps: ports.apps.list() }));
}

function read(router: Router, name: string, answer: (query: URLSearchParams) => unknown): void {
  router.get(`/_control/${name}`, async (req, res) => sendJson(res, 200, await answer(requestUrl(req).searchParams)));
}

function actions(router: Router, { workspace, world, apps, reset }: ControlPorts): void {
  const act = <Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    accepted: string,
    run: (call: z.infer<Schema>) => unknown,
  ): void =>
    router.post(`/_control/${name}`, async (req: IncomingMessage, res: ServerResponse) => {
      const call = parseCall(schema, await readJson(req), accepted);
      sendJson(res, 200, await run(call));
    });

  act('command', CommandCall, '{user, channel?, text: "/command …", thread_ts?}', (call) => runCommand(workspace, world, call));
  act('click', ClickCall, '{user, channel?, ts | view_id, action_id, block_id?, value?, values?}', (call) =>
    click(workspace, call),
  );
  act('reply', ReplyCall, '{user, channel?, thread_ts, text}', (call) => say(workspace, world, call));
  act('message', MessageCall, '{user, channel?, text, thread_ts?}', (call) => say(workspace, world, call));
  act('edit', EditCall, '{user, channel?, ts, text}', (call) => editMessage(workspace, call));
  act('delete', DeleteCall, '{user, channel?, ts}', (call) => deleteMessage(workspace, call));
  act('submit', SubmitCall, '{user, view_id, values: {block_id: {action_id: value}}}', (call) => submit(workspace, world, call));
  act('close', CloseCall, '{user, view_id, all?}', (call) => closeView(workspace, call));
  act('home', HomeCall, '{user}', (call) => openHome(workspace, call));
  act('shortcut', ShortcutCall, '{user, callback_id, channel?, ts?}', (call) => useShortcut(workspace, call));
  act('event', EventCall, 'an events_api event: {type, …} or {event: {type, …}}', (call) => sendEvent(workspace, call));
  act('bot-post', BotPostCall, '{user?, channel?, thread_ts?, text, blocks?}', (call) => botPost(workspace, call));
  act(
    'fault',
    FaultRequest,
    '{target: slack|executor|tickets|telemetry, method?, service?, begins?, kind, times?, ms?, for_ms?}',
    (call) => addFault(workspace, call),
  );
  act('transport', TransportCall, '{mode: socket|http, request_url?, verify?, retry_delays_ms?}', (call) =>
    chooseTransport(workspace, call),
  );
  act('apps', AppCall, '{url, pid}', (call) => {
    apps.register(call);
    return { ok: true };
  });
  act(
    'world',
    WorldCall,
    '{services: [{service, error_rate? (null: silent), status?, right_actions?, courses?, …}]}',
    async ({ services }) => {
      for (const change of services) world.set(change);
      await workspace.database.durable();
      return { services: world.show(services.map(({ service }) => service)) };
    },
  );
  act('reset', z.looseObject({}), '{}', async () => {
    reset();
    await workspace.database.durable();
    return { ok: true };
  });
}

/** A disconnect strikes at once: the lines are cut, and new ones are refused for the rest of `times`, or for `ms`. */
function addFault({ faults, connections }: Workspace, fault: FaultRequest): { ok: true } {
  if (!strikesConnection(fault) || fault.kind !== 'disconnect') {
    faults.add(fault);
    return { ok: true };
  }
  connections.refuseNew((fault.times ?? 1) - 1, fault.ms ?? fault.for_ms ?? 0);
  connections.disconnectAll(fault.reason);
  return { ok: true };
}

async function chooseTransport(
  { transport, events, tokens, now }: Workspace,
  call: z.infer<typeof TransportCall>,
): Promise<{ ok: true; mode: string }> {
  if (call.retry_delays_ms !== undefined) events.setRetryDelays(call.retry_delays_ms);
  if (call.mode === 'socket') transport.useSocket();
  else if (call.request_url === undefined) wrongCall('the http transport needs a request_url');
  else {
    const verified = !call.verify || (await verifyUrl(call.request_url, tokens.signingSecret, now(), ACK_LIMIT_MS));
    if (!verified) wrongCall(`\`${call.request_url}\` did not give the challenge back`);
    transport.useHttp(call.request_url);
  }
  events.pump();
  return { ok: true, mode: call.mode };
}
