import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Directory, DirectoryContext, type Question } from '../blocks/surface.ts';
import { type Drawn, el, use } from '../dom.ts';
import type { Actions } from '../state/actions.ts';
import { type Store, useStore } from '../state/store.ts';
import type { Workspace } from '../wire/model.ts';
import { ChannelPane } from './channel-pane.ts';
import { Confirm } from './confirm.ts';
import { DrawerPane } from './drawer.ts';
import { HomePane } from './home-pane.ts';
import { Modal } from './modal.ts';
import { PageContext } from './page-context.ts';
import { Sidebar } from './sidebar.ts';
import { ThreadPane } from './thread-pane.ts';
import { TopBar } from './top-bar.ts';

/** The whole page. */
export function App({ store, actions }: { store: Store; actions: Actions }): Drawn {
  const state = useStore(store);
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  const directory = useMemo(() => directoryOf(state.workspace), [state.workspace]);
  const total = Object.values(state.unread).reduce((sum, count) => sum + count, 0);
  useEffect(() => {
    document.title = `${total > 0 ? `(${total}) ` : ''}${state.workspace?.team ?? 'Sandbox'} workspace`;
  }, [total, state.workspace]);

  const page = { state, actions, ask: setQuestion };
  const modal = state.modals.at(-1);
  return use(
    PageContext.Provider,
    { value: page },
    use(
      DirectoryContext.Provider,
      { value: directory },
      el(
        'div',
        { class: `shell${state.thread === undefined ? '' : ' has-thread'}${state.drawer === undefined ? '' : ' has-drawer'}` },
        use(TopBar, {}),
        use(Sidebar, {}),
        state.place.kind === 'channel'
          ? use(ChannelPane, { key: state.place.channel, channel: state.place.channel })
          : use(HomePane, {}),
        state.thread !== undefined && use(ThreadPane, { key: state.thread.ts, ...state.thread }),
        state.drawer !== undefined && use(DrawerPane, { drawer: state.drawer }),
      ),
      modal !== undefined && use(Modal, { key: modal.id, view: modal, depth: state.modals.length }),
      question !== undefined && use(Confirm, { question, onClose: () => setQuestion(undefined) }),
      el(
        'div',
        { class: 'toasts', role: 'status', 'aria-live': 'assertive' },
        state.toasts.map(({ id, text }) => el('div', { key: id, class: 'toast', 'data-toast': true }, text)),
      ),
    ),
  );
}

function directoryOf(workspace: Workspace | undefined): Directory {
  const accounts = workspace?.accounts ?? [];
  const channels = workspace?.channels ?? [];
  return {
    userName: (id) => accounts.find((account) => account.id === id)?.name ?? id,
    channelName: (id) => channels.find((channel) => channel.id === id)?.name ?? id,
    groupHandle: (id) => workspace?.groups.find((group) => group.id === id)?.handle ?? id,
    users: accounts.map(({ id, realName }) => ({ id, name: realName })),
    channels: channels.map(({ id, name }) => ({ id, name: `#${name}` })),
  };
}
