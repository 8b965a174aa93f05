import { type Fields, textIn } from '../fields.ts';
import type { Api } from '../wire/api.ts';
import { readMessage, readTraffic } from '../wire/model.ts';
import { openStream } from '../wire/stream.ts';
import { readConnections } from '../wire/workspace.ts';
import { createCatchUp } from './catch-up.ts';
import { addTraffic, createFetches, type Fetch, type Fetches } from './fetches.ts';
import { dropMessage, putMessage } from './messages.ts';
import type { Change, Store } from './store.ts';

/** Changes of some kinds come in bursts, and what they hold is fetched anew: one look-up serves a burst. */
const SETTLE_MS = 60;
const WORLD_EVERY_MS = 2_000;

export type Sync = { start: () => void; refetchViews: Fetch; fetchCalls: Fetch };

/** Keeps the store in step with the workspace: everything is fetched on each connection, then changes are applied as they come. */
export function createSync({ store, api }: { store: Store; api: Api }): Sync {
  const fetches = createFetches(store, api);
  const refetch = createRefetch(fetches);
  const setLink = (link: 'live' | 'lost'): void => store.change((state) => ({ ...state, link }));
  const apply = (change: Fields): void => {
    const kind = textIn(change, 'kind') ?? '';
    store.change(changeFor(kind, change));
    refetch(kind);
    if (kind === 'reset') void catchUp.start();
  };
  const catchUp = createCatchUp({ everything: fetches.everything, apply, onComplete: () => setLink('live') });
  const lose = (): void => {
    catchUp.abandon();
    setLink('lost');
  };
  let stream: { close: () => void } | undefined;
  let clock: number | undefined;

  return {
    start() {
      stream?.close();
      window.clearInterval(clock);
      stream = openStream(store.read().actAs, { onOpen: () => void catchUp.start(), onChanges: catchUp.offer, onLost: lose });
      clock = window.setInterval(() => !document.hidden && store.read().link === 'live' && void fetches.world(), WORLD_EVERY_MS);
    },
    refetchViews: fetches.views,
    fetchCalls: fetches.calls,
  };
}

const stay: Change = (state) => state;

/** What a change says by itself; kinds that only announce something are answered by fetching it. */
function changeFor(kind: string, change: Fields): Change {
  switch (kind) {
    case 'message':
    case 'ephemeral':
    case 'message_changed': {
      const message = readMessage(change);
      return message === undefined ? stay : putMessage(message, kind !== 'message_changed');
    }
    case 'message_deleted':
      return dropMessage({ channel: textIn(change, 'channel') ?? '', ts: textIn(change, 'ts') ?? '' });
    case 'call':
    case 'envelope':
      return addTraffic(readTraffic(kind, change));
    case 'reset':
      return (state) => ({ ...state, traffic: [], thread: undefined, unread: {} });
    case 'connection':
      return (state) => ({ ...state, connections: readConnections(change) });
    default:
      return stay;
  }
}

function createRefetch({ views, executions, tickets, world }: Fetches): (kind: string) => void {
  const by: Record<string, Fetch> = {
    view: views,
    view_closed: views,
    home: views,
    execution: executions,
    ticket: tickets,
    world,
  };
  const due = new Set<Fetch>();
  return (kind) => {
    const fetchAgain = by[kind];
    if (fetchAgain === undefined || due.has(fetchAgain)) return;
    due.add(fetchAgain);
    window.setTimeout(() => {
      due.delete(fetchAgain);
      void fetchAgain();
    }, SETTLE_MS);
  };
}
