import { GOVERNOR } from '../accounts.ts';
import { createChanges } from '../changes.ts';
import { createDelivery } from '../delivery/delivery.ts';
import { createEventQueue } from '../delivery/event-queue.ts';
import { createHttpTransport } from '../delivery/http-transport.ts';
import { createTransportChoice } from '../delivery/transport-choice.ts';
import { createFaults } from '../faults.ts';
import { createTimestamps } from '../ids.ts';
import { readManifest } from '../manifest.ts';
import { createConnections } from '../socket/connections.ts';
import { createCalls } from '../store/calls.ts';
import type { Database } from '../store/database.ts';
import { createMessages } from '../store/messages.ts';
import { createPendingEvents } from '../store/pending-events.ts';
import { readTokens } from '../store/settings.ts';
import { createViews } from '../store/views.ts';
import { createConversation, isMember } from './conversation.ts';
import { eventCallback, type Subscribed } from './events.ts';
import { createInputState } from './input-state.ts';
import { createResponseUrls } from './response-urls.ts';
import { createScreens } from './screens.ts';
import { createTriggers } from './triggers.ts';
import type { Log, Workspace } from './workspace.ts';

/** The same in every payload, as Slack's deprecated verification token is; nothing is proved by it. */
export const VERIFICATION_TOKEN = 'sandbox-verification-token';

export type WorkspaceOptions = {
  database: Database;
  manifestFile: string;
  log: Log;
  baseUrl: () => string;
  now: () => number;
  retryDelaysMs?: readonly number[];
  ackLimitMs?: number;
};

/** Puts the parts of the workspace together; nothing here decides anything. */
export function openWorkspace({
  database,
  manifestFile,
  log,
  baseUrl,
  now,
  retryDelaysMs,
  ackLimitMs,
}: WorkspaceOptions): Workspace {
  const changes = createChanges();
  const faults = createFaults(now);
  const tokens = readTokens(database);
  const manifest = readManifest(manifestFile);
  const messages = createMessages(database);
  const views = createViews(database);

  // A new connection asks for what waited for it; the queue exists by the time one can come.
  const connections = createConnections({ now, changes, onReady: () => events.pump() });
  const http = (requestUrl: () => string | undefined) =>
    createHttpTransport({ now, signingSecret: tokens.signingSecret, requestUrl });
  const transport = createTransportChoice({ socket: connections, http }, changes);
  const delivery = createDelivery({
    transport: transport.current,
    faults,
    changes,
    ...(ackLimitMs === undefined ? {} : { ackLimitMs }),
  });
  const events = createEventQueue({
    stored: createPendingEvents(database),
    delivery,
    now,
    onFault: (fault) => log.error('an event could not be delivered', { fault: String(fault) }),
    ...(retryDelaysMs === undefined ? {} : { retryDelaysMs }),
  });
  const announce = ({ subscription, channel, event }: Subscribed): void => {
    if (!manifest.events.has(subscription)) return;
    if (channel !== undefined && !isMember(channel, GOVERNOR.id)) return;
    events.enqueue(eventCallback(event, VERIFICATION_TOKEN, now()));
  };

  return {
    now,
    log,
    baseUrl,
    manifest,
    tokens,
    database,
    messages,
    views,
    calls: createCalls(database),
    inputState: createInputState(database),
    changes,
    faults,
    conversation: createConversation({ database, messages, changes, nextTs: createTimestamps(now, messages.lastTs()), announce }),
    screens: createScreens({ views, changes }),
    triggers: createTriggers(now),
    responseUrls: createResponseUrls(database, now),
    connections,
    transport,
    delivery,
    events,
    announce,
  };
}
