import { randomUUID } from 'node:crypto';
import { isAtLeast, type KibanaVersion } from './versions.ts';

export type Conversation = { id: string; rounds: number; isBusy: boolean; waitsOn: readonly string[] };
export type Refused = { status: number; message: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export type ConversationStore = {
  all: Map<string, Conversation>;
  /** The named conversation, or a new one; or why it cannot be gone on with. */
  take(id: string | undefined): Conversation | Refused;
};

export function createConversationStore(version: KibanaVersion): ConversationStore {
  const all = new Map<string, Conversation>();
  return {
    all,
    take(id) {
      if (id === undefined) {
        const made: Conversation = { id: randomUUID(), rounds: 0, isBusy: false, waitsOn: [] };
        all.set(made.id, made);
        return made;
      }
      if (isAtLeast(version, '9.5') && !UUID.test(id))
        return { status: 400, message: '[request body.conversation_id]: conversation_id must be a valid UUID' };
      const known = all.get(id);
      if (known === undefined) return { status: 404, message: `Conversation ${id} not found` };
      if (known.isBusy) return { status: 409, message: `Conversation ${id} was updated by another request` };
      return known;
    },
  };
}
