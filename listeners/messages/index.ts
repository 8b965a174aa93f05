import type { App } from '@slack/bolt';
import type { ListenerParts } from '../parts.ts';
import { createCardThreads } from './card-threads.ts';
import { threadReply } from './thread-reply.ts';

export function register(app: App, parts: ListenerParts): void {
  app.event('message', threadReply(parts, createCardThreads(parts)));
}
