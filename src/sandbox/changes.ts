export type ChangeKind =
  | 'message'
  | 'message_changed'
  | 'message_deleted'
  | 'ephemeral'
  | 'view'
  | 'view_closed'
  | 'home'
  | 'execution'
  | 'ticket'
  | 'world'
  | 'call'
  | 'envelope'
  | 'connection'
  | 'reset';

/** `to` names the only user ids who may see the change; absent, everybody may. */
export type Change = { kind: ChangeKind; to?: readonly string[]; payload: Record<string, unknown> };
export type Listener = (change: Change) => void;

export type Changes = {
  publish(kind: ChangeKind, payload: Record<string, unknown>, to?: readonly string[]): void;
  subscribe(listener: Listener): () => void;
};

/** What happened in the workspace, for whoever is looking; nobody looking costs nothing. */
export function createChanges(): Changes {
  const listeners = new Set<Listener>();
  return {
    publish(kind, payload, to) {
      for (const listener of listeners) listener({ kind, payload, ...(to === undefined ? {} : { to }) });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
