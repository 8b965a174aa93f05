import type { Changes } from '../changes.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { EventQueue } from '../delivery/event-queue.ts';
import type { TransportChoice } from '../delivery/transport-choice.ts';
import type { Faults } from '../faults.ts';
import type { Manifest } from '../manifest.ts';
import type { Connections } from '../socket/connections.ts';
import type { Calls } from '../store/calls.ts';
import type { Database } from '../store/database.ts';
import type { Messages } from '../store/messages.ts';
import type { Tokens } from '../store/settings.ts';
import type { Views } from '../store/views.ts';
import type { Conversation } from './conversation.ts';
import type { Subscribed } from './events.ts';
import type { InputState } from './input-state.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Screens } from './screens.ts';
import type { Triggers } from './triggers.ts';

/** Receives what the server has to say to its operator. */
export type Log = {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
};

/** All parts of the workspace, as the Web API and the control API use them. */
export type Workspace = {
  now: () => number;
  log: Log;
  /** The server's own address without a trailing slash; throws before the server listens. */
  baseUrl: () => string;
  manifest: Manifest;
  tokens: Tokens;
  database: Database;
  messages: Messages;
  views: Views;
  calls: Calls;
  inputState: InputState;
  changes: Changes;
  faults: Faults;
  conversation: Conversation;
  screens: Screens;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  connections: Connections;
  transport: TransportChoice;
  delivery: Delivery;
  events: EventQueue;
  /** Hands an event to the queue if the app is subscribed to it and the bot may see it. */
  announce: (event: Subscribed) => void;
};
