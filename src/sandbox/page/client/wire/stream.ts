import { type Fields, isFields } from '../fields.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** A frame: changes that come closer together than this are handed on together, and so drawn as one picture. */
const FRAME_MS = 16;

/** What a stream tells; a change is one JSON object with its `kind`. */
export type StreamEvents = { onOpen: () => void; onChanges: (changes: readonly Fields[]) => void; onLost: () => void };

/**
 * The workspace's changes as one person may see them, for as long as it is not closed. After a loss it connects again,
 * each time a little later; `onOpen` comes with every connection, and the caller then fetches everything anew.
 */
export function openStream(user: string, { onOpen, onChanges, onLost }: StreamEvents): { close: () => void } {
  let delayMs = FIRST_DELAY_MS;
  let timer: number | undefined;
  let source: EventSource | undefined;
  const batch = createBatch(onChanges);

  const connect = (): void => {
    const opened = new EventSource(`/_control/stream?${new URLSearchParams({ user })}`);
    source = opened;
    opened.onopen = () => {
      delayMs = FIRST_DELAY_MS;
      onOpen();
    };
    opened.onmessage = ({ data }) => {
      const change = parse(data);
      if (change !== undefined) batch.add(change);
    };
    opened.onerror = () => {
      opened.close();
      onLost();
      timer = window.setTimeout(connect, delayMs);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    };
  };

  connect();
  return {
    close: () => {
      window.clearTimeout(timer);
      batch.drop();
      source?.close();
    },
  };
}

function createBatch(deliver: StreamEvents['onChanges']): { add: (change: Fields) => void; drop: () => void } {
  let queue: Fields[] = [];
  const flush = (): void => {
    const changes = queue;
    queue = [];
    if (changes.length > 0) deliver(changes);
  };
  return {
    add: (change) => {
      queue.push(change);
      if (queue.length === 1) window.setTimeout(flush, FRAME_MS);
    },
    drop: () => {
      queue = [];
    },
  };
}

function parse(data: unknown): Fields | undefined {
  if (typeof data !== 'string') return undefined;
  const value: unknown = JSON.parse(data);
  return isFields(value) ? value : undefined;
}
