import { type Drawn, el, use } from '../dom.ts';
import { directChannel } from '../state/state.ts';
import { Avatar } from './avatar.ts';
import { icon } from './icon.ts';
import { accountNamed, usePage } from './page-context.ts';
import { World } from './world.ts';

export function Sidebar(): Drawn {
  const { state, actions } = usePage();
  const { place, workspace } = state;
  return el(
    'aside',
    { class: 'sidebar' },
    el(
      'div',
      { class: 'sidebar-head' },
      el('span', { class: 'sidebar-team' }, workspace?.team ?? 'Sandbox'),
      use(Connection, {}),
    ),
    el(
      'nav',
      { class: 'sidebar-scroll', 'aria-label': 'Channels and apps' },
      el('h2', { class: 'sidebar-title' }, 'Channels'),
      (workspace?.channels ?? []).map((channel) => {
        const current = place.kind === 'channel' && place.channel === channel.name;
        return el(
          'button',
          {
            key: channel.id,
            ...rowOf(current, state.unread[channel.name] ?? 0),
            'data-channel': channel.name,
            onClick: () => actions.openChannel(channel.name),
          },
          icon('hash'),
          el('span', { class: 'sidebar-name' }, channel.name),
          unreadBadge(state.unread[channel.name] ?? 0),
        );
      }),
      el('h2', { class: 'sidebar-title' }, 'Apps'),
      el(
        'button',
        {
          ...rowOf(place.kind === 'home', state.unread[directChannel(state.actAs)] ?? 0),
          'data-app-home': true,
          onClick: () => void actions.openHome(),
        },
        use(Avatar, { account: accountNamed('governor', state), size: 'small' }),
        el('span', { class: 'sidebar-name' }, 'Governor'),
        unreadBadge(state.unread[directChannel(state.actAs)] ?? 0),
      ),
      use(World, {}),
    ),
  );
}

function rowOf(current: boolean, unread: number): Readonly<Record<string, unknown>> {
  return { type: 'button', class: `sidebar-row${unread > 0 ? ' is-unread' : ''}`, 'aria-current': current ? 'page' : undefined };
}

const unreadBadge = (count: number): Drawn | false =>
  count > 0 && el('span', { class: 'unread', 'aria-label': `${count} unread` }, count);

/** Whether the page is in touch with the workspace, and the app with it: without either, clicks go nowhere. */
function Connection(): Drawn {
  const { state } = usePage();
  const appless = state.connections === 0;
  const [tone, text] =
    state.link === 'live' ? liveState(appless) : (['warn', state.link === 'lost' ? 'Reconnecting…' : 'Connecting…'] as const);
  return el('span', { class: `connection connection-${tone}`, role: 'status', 'data-link': state.link }, text);
}

const liveState = (appless: boolean): readonly ['bad' | 'good', string] =>
  appless ? ['bad', 'No app connected'] : ['good', 'Live'];
