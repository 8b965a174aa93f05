import { useEffect, useState } from 'preact/hooks';
import { FIRST_STATE, type State } from './state.ts';

export type Change = (state: State) => State;
export type Store = {
  read: () => State;
  change: (change: Change) => void;
  subscribe: (listener: () => void) => () => void;
};

/** The one place that holds the state. Listeners hear once of all changes made in one turn. */
export function createStore(first: Partial<State> = {}): Store {
  const listeners = new Set<() => void>();
  let state: State = { ...FIRST_STATE, ...first };
  let told = true;
  const tell = (): void => {
    told = true;
    for (const listener of listeners) listener();
  };
  return {
    read: () => state,
    change: (change) => {
      const next = change(state);
      if (next === state) return;
      state = next;
      if (told) queueMicrotask(tell);
      told = false;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The state as it is, and each time it changes. */
export function useStore(store: Store): State {
  const [state, setState] = useState(store.read);
  useEffect(() => {
    setState(store.read());
    return store.subscribe(() => setState(store.read()));
  }, [store]);
  return state;
}
