import type { Answer, Api } from '../wire/api.ts';
import { type Drawer, FIRST_CHANNEL, type Place, type State, shownChannel } from './state.ts';
import type { Store } from './store.ts';
import type { Sync } from './sync.ts';

const ACCOUNT_KEY = 'sandbox.act-as';

/** The account of this tab's last visit, so that a reload keeps it; each tab may act as somebody else. */
export const rememberedAccount = (): string | undefined => sessionStorage.getItem(ACCOUNT_KEY) ?? undefined;

type Ports = { store: Store; api: Api; sync: Sync; orToast: (answer: Answer) => void };

/** Where the page looks, and as whom. */
export function createNavigation({ store, api, sync, orToast }: Ports) {
  const go = (place: Place): void => store.change((state) => arrive({ ...state, place }));
  const tellHome = async (): Promise<void> => {
    orToast(await api.post('/_control/home', { user: store.read().actAs }));
    await sync.refetchViews();
  };
  return {
    openChannel: (channel: string): void => go({ kind: 'channel', channel }),
    async openHome(tab: 'home' | 'messages' = 'home'): Promise<void> {
      go({ kind: 'home', tab });
      if (tab === 'home') await tellHome();
    },
    openThread: (channel: string, ts: string): void => store.change((state) => ({ ...state, thread: { channel, ts } })),
    closeThread: (): void => store.change((state) => ({ ...state, thread: undefined })),
    /** Puts a line into the channel's composer, for the person to finish. */
    draft(text: string): void {
      if (store.read().place.kind === 'home') go({ kind: 'channel', channel: FIRST_CHANNEL });
      store.change((state) => ({ ...state, draft: text }));
    },
    dropDraft: (): void => store.change((state) => ({ ...state, draft: undefined })),
    toggleDrawer(drawer: Drawer): void {
      store.change((state) => ({ ...state, drawer: state.drawer === drawer ? undefined : drawer }));
      // The calls so far may be many; they are fetched when somebody wants to see them.
      if (store.read().drawer === 'traffic') void sync.fetchCalls();
    },
    async actAs(account: string): Promise<void> {
      if (store.read().actAs === account) return;
      sessionStorage.setItem(ACCOUNT_KEY, account);
      store.change((state) => ({ ...state, ...NOTHING_KNOWN, actAs: account }));
      sync.start();
      if (store.read().place.kind === 'home') await tellHome();
    },
  };
}

/** Nothing of the former account stays: what the next one may see is fetched for them. */
const NOTHING_KNOWN = { messages: {}, modals: [], home: undefined, unread: {}, link: 'connecting' } as const;

/** What is looked at is read; a thread stays open only beside its own channel. */
function arrive(state: State): State {
  const channel = shownChannel(state);
  const thread = state.thread?.channel === channel ? state.thread : undefined;
  return { ...state, thread, unread: channel === undefined ? state.unread : { ...state.unread, [channel]: 0 } };
}
