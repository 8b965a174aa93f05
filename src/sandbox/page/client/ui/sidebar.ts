import { type Drawn, el, use } from '../dom.ts';
import { directChannel } from '../state/state.ts';
import { Avatar } from './avatar.ts';
import { icon } from './icon.ts';
import { accountNamed, usePage } from './page-context.ts';
import { World } from './world.ts';

/** Where one can go, and how the services do. */
export function Sidebar(): Drawn {
  const { state } = usePage();
  const head = el('span', { class: 'sidebar-team' }, state.workspace?.team ?? 'Sandbox');
  return el(
    'aside',
    { class: 'sidebar' },
    el('div', { class: 'sidebar-head' }, head, use(Connection, {})),
    el(
      'nav',
      { class: 'sidebar-scroll', 'aria-label': 'Channels and apps' },
      el('h2', { class: 'sidebar-title' }, 'Channels'),
      (state.workspace?.channels ?? []).map(({ id, name }) => use(ChannelRow, { key: id, name })),
      el('h2', { class: 'sidebar-title' }, 'Apps'),
      use(AppRow, {}),
      use(World, {}),
    ),
  );
}

function ChannelRow({ name }: { name: string }): Drawn {
  const { state, actions } = usePage();
  const current = state.place.kind === 'channel' && state.place.channel === name;
  const attributes = { 'data-channel': name, onClick: () => actions.openChannel(name) };
  return row(current, state.unread[name] ?? 0, attributes, [icon('hash'), label(name)]);
}

function AppRow(): Drawn {
  const { state, actions } = usePage();
  const unread = state.unread[directChannel(state.actAs)] ?? 0;
  const attributes = { 'data-app-home': true, onClick: () => void actions.openHome() };
  const avatar = use(Avatar, { account: accountNamed('governor', state), size: 'small' });
  return row(state.place.kind === 'home', unread, attributes, [avatar, label('Governor')]);
}

const label = (text: string): Drawn => el('span', { class: 'sidebar-name' }, text);

function row(current: boolean, unread: number, attributes: Readonly<Record<string, unknown>>, content: Drawn[]): Drawn {
  const classes = `sidebar-row${unread > 0 ? ' is-unread' : ''}`;
  return el(
    'button',
    { type: 'button', class: classes, 'aria-current': current ? 'page' : undefined, ...attributes },
    content,
    unread > 0 && el('span', { class: 'unread', 'aria-label': `${unread} unread` }, unread),
  );
}

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
