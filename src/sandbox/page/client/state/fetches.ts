import { type Fields, listIn } from '../fields.ts';
import type { Api } from '../wire/api.ts';
import { readAll, readMessage, readService, readTraffic, readView, type Traffic } from '../wire/model.ts';
import { readConnections, readWorkspace } from '../wire/workspace.ts';
import { setMessages } from './messages.ts';
import { directChannel } from './state.ts';
import type { Change, Store } from './store.ts';

const TRAFFIC_MAX = 400;

/** Fetches one part of the workspace into the store; false if there was no answer. */
export type Fetch = () => Promise<boolean>;
export type Fetches = Record<'everything' | 'views' | 'executions' | 'tickets' | 'world' | 'calls', Fetch>;

/** All that the page asks the control API for. */
export function createFetches(store: Store, api: Api): Fetches {
  const load = async (path: string, query: Record<string, string>, toChange: (body: Fields) => Change): Promise<boolean> => {
    const { actAs } = store.read();
    const answer = await api.get(path, query);
    // What was fetched for one account must not be shown to the next.
    if (answer.ok && store.read().actAs === actAs) store.change(toChange(answer.body));
    return answer.ok;
  };
  const messages = (channel: string): Promise<boolean> =>
    load('/_control/messages', { channel, user: store.read().actAs }, (body) =>
      setMessages(channel, readAll(body, 'messages', readMessage)),
    );
  const workspace = (): Promise<boolean> => load('/_control/workspace', {}, setWorkspace);
  const views = (): Promise<boolean> => load('/_control/views', { user: store.read().actAs }, setViews);
  const list = (name: 'executions' | 'tickets') => (): Promise<boolean> =>
    load(`/_control/${name}`, {}, (body) => (state) => ({ ...state, [name]: listIn(body, name) }));
  const world = (): Promise<boolean> =>
    load('/_control/world', {}, (body) => (state) => ({ ...state, services: readAll(body, 'services', readService) }));
  const calls = (): Promise<boolean> =>
    load('/_control/calls', {}, (body) =>
      setCalls(
        listIn(body, 'calls')
          .slice(-TRAFFIC_MAX)
          .map((call) => readTraffic('call', call)),
      ),
    );

  const everything = async (): Promise<boolean> => {
    if (!(await workspace())) return false;
    const { workspace: found, actAs } = store.read();
    const channels = [...(found?.channels ?? []).map(({ name }) => name), directChannel(actAs)];
    const parts = [...channels.map(messages), views(), list('executions')(), list('tickets')(), world()];
    return (await Promise.all(parts)).every(Boolean);
  };
  return { everything, views, executions: list('executions'), tickets: list('tickets'), world, calls };
}

function setWorkspace(body: Fields): Change {
  const found = { workspace: readWorkspace(body), connections: readConnections(body) };
  return (state) => ({ ...state, ...found });
}

function setViews(body: Fields): Change {
  const all = readAll(body, 'views', readView);
  const found = { modals: all.filter(({ type }) => type === 'modal'), home: all.find(({ type }) => type === 'home') };
  return (state) => ({ ...state, ...found });
}

/** The calls that the server kept, beside the envelopes seen since the page was opened. */
function setCalls(calls: readonly Traffic[]): Change {
  return (state) => {
    const envelopes = state.traffic.filter(({ direction }) => direction === 'envelope');
    return { ...state, traffic: [...envelopes, ...calls].sort((left, right) => left.at - right.at) };
  };
}

/** The newest entries are kept; a page that stays open for days must not grow for ever. */
export function addTraffic(entry: Traffic): Change {
  return (state) => ({ ...state, traffic: [...state.traffic, entry].slice(-TRAFFIC_MAX) });
}
