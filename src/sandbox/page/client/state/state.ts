import type { Fields } from '../fields.ts';
import type { Message, Service, Traffic, View, Workspace } from '../wire/model.ts';

/** What stands in the middle of the page. */
export type Place = { kind: 'channel'; channel: string } | { kind: 'home'; tab: 'home' | 'messages' };
export type Drawer = 'traffic' | 'ledger' | 'tickets';
export type Toast = { id: number; text: string };

/** Everything the page shows. It changes only through `change` of the store, so one value describes one picture. */
export type State = {
  link: 'connecting' | 'live' | 'lost';
  /** Live connections of apps; 0 means commands and clicks will fail. */
  connections: number | undefined;
  workspace: Workspace | undefined;
  actAs: string;
  place: Place;
  thread: { channel: string; ts: string } | undefined;
  messages: Readonly<Record<string, Readonly<Record<string, Message>>>>;
  unread: Readonly<Record<string, number>>;
  modals: readonly View[];
  home: View | undefined;
  services: readonly Service[];
  traffic: readonly Traffic[];
  executions: readonly Fields[];
  tickets: readonly Fields[];
  drawer: Drawer | undefined;
  /** A line on its way to the channel's composer. */
  draft: string | undefined;
  toasts: readonly Toast[];
};

/** The channel that cards go to by default. */
export const FIRST_CHANNEL = 'incidents';

export const FIRST_STATE: State = {
  link: 'connecting',
  connections: undefined,
  workspace: undefined,
  actAs: 'oncall',
  place: { kind: 'channel', channel: FIRST_CHANNEL },
  thread: undefined,
  messages: {},
  unread: {},
  modals: [],
  home: undefined,
  services: [],
  traffic: [],
  executions: [],
  tickets: [],
  drawer: undefined,
  draft: undefined,
  toasts: [],
};

/** The bot's conversation with the account acted as; the control API names it by that account. */
export const directChannel = (account: string): string => `@${account}`;

/** The channel whose messages stand in the middle; undefined while App Home's own tab is open. */
export function shownChannel({ place, actAs }: State): string | undefined {
  if (place.kind === 'channel') return place.channel;
  return place.tab === 'messages' ? directChannel(actAs) : undefined;
}
