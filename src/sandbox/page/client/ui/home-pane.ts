import { useState } from 'preact/hooks';
import { Blocks } from '../blocks/block.ts';
import { choicesIn, initialChoices } from '../blocks/initial.ts';
import { type Choices, pressKey, SurfaceContext } from '../blocks/surface.ts';
import { type Drawn, el, use } from '../dom.ts';
import { channelMessages } from '../state/messages.ts';
import { directChannel } from '../state/state.ts';
import type { View } from '../wire/model.ts';
import { Avatar } from './avatar.ts';
import { Composer } from './composer.ts';
import { withChoice } from './message-body.ts';
import { MessageLog } from './message-log.ts';
import { accountNamed, usePage } from './page-context.ts';

const TABS = [
  { tab: 'home', label: 'Home' },
  { tab: 'messages', label: 'Messages' },
] as const;

/** The app's own place: its home tab, drawn for the account acted as, and its conversation with that account. */
export function HomePane(): Drawn {
  const { state, actions } = usePage();
  const tab = state.place.kind === 'home' ? state.place.tab : 'home';
  const account = accountNamed('governor', state);
  return el(
    'main',
    { class: 'pane home-pane', 'aria-label': 'Governor' },
    el(
      'header',
      { class: 'pane-head' },
      use(Avatar, { account, size: 'medium' }),
      el('h1', { class: 'pane-title' }, 'Governor'),
      el('span', { class: 'badge' }, 'App'),
      el(
        'div',
        { class: 'tabs', role: 'tablist' },
        TABS.map(({ tab: name, label }) =>
          el(
            'button',
            {
              key: name,
              type: 'button',
              role: 'tab',
              class: 'tab',
              'aria-selected': tab === name,
              'data-home-tab': name,
              onClick: () => void actions.openHome(name),
            },
            label,
          ),
        ),
      ),
    ),
    tab === 'home' ? use(HomeTab, {}) : use(MessagesTab, {}),
  );
}

function HomeTab(): Drawn {
  const { state } = usePage();
  return el(
    'div',
    { class: 'home-scroll', role: 'tabpanel', tabIndex: 0 },
    state.home === undefined
      ? el('p', { class: 'log-empty' }, 'The app has not published a home tab for this account yet.')
      : use(HomeView, { key: state.home.id, view: state.home }),
  );
}

function HomeView({ view }: { view: View }): Drawn {
  const { actions, ask } = usePage();
  const [choices, setChoices] = useState<Choices>({});
  const [pending, setPending] = useState<string | undefined>(undefined);
  const surface = {
    kind: 'home' as const,
    choices: { ...initialChoices(view.blocks), ...choicesIn(view.state), ...choices },
    errors: {},
    pending,
    ask,
    choose: (press: Parameters<typeof withChoice>[1]) => setChoices((before) => withChoice(before, press)),
    act: (press: Parameters<typeof withChoice>[1]) => {
      setPending(pressKey(press));
      void actions.pressInView(press, view, choices).finally(() => setPending(undefined));
    },
  };
  return use(
    SurfaceContext.Provider,
    { value: surface },
    el('div', { class: 'home-view', 'data-home-view': view.id }, use(Blocks, { blocks: view.blocks })),
  );
}

function MessagesTab(): Drawn {
  const { state } = usePage();
  const channel = directChannel(state.actAs);
  return el(
    'div',
    { class: 'home-messages', role: 'tabpanel' },
    use(MessageLog, {
      label: 'Messages with Governor',
      messages: channelMessages(state, channel),
      inThread: false,
      empty: 'The app has not written to this account.',
    }),
    use(Composer, { kind: 'direct', channel, placeholder: 'Message Governor', draft: undefined }),
  );
}
