import { type Drawn, el, use } from '../dom.ts';
import type { Drawer } from '../state/state.ts';
import { Avatar } from './avatar.ts';
import { type IconName, icon } from './icon.ts';
import { accountNamed, usePage } from './page-context.ts';

const DRAWERS: readonly { drawer: Drawer; label: string; iconName: IconName; note: string }[] = [
  { drawer: 'traffic', label: 'Traffic', iconName: 'traffic', note: 'Web API calls and envelopes, raw' },
  { drawer: 'ledger', label: 'Ledger', iconName: 'ledger', note: 'What the simulated executor has run' },
  { drawer: 'tickets', label: 'Tickets', iconName: 'ticket', note: 'Simulated tickets' },
];

/** The account acted as, and the doors to what goes on behind the conversation. */
export function TopBar(): Drawn {
  const { state, actions } = usePage();
  const counts: Record<Drawer, number | undefined> = {
    traffic: undefined,
    ledger: state.executions.length,
    tickets: state.tickets.length,
  };
  return el(
    'header',
    { class: 'top-bar' },
    el(
      'div',
      { class: 'brand' },
      el('strong', null, 'Safety Governor'),
      el('span', { class: 'brand-note' }, 'simulated workspace on this machine'),
    ),
    use(ActAs, {}),
    el(
      'nav',
      { class: 'drawer-buttons', 'aria-label': 'Drawers' },
      DRAWERS.map(({ drawer, label, iconName, note }) =>
        el(
          'button',
          {
            key: drawer,
            type: 'button',
            class: 'drawer-button',
            'aria-label': label,
            title: note,
            'data-drawer': drawer,
            'aria-pressed': state.drawer === drawer,
            onClick: () => actions.toggleDrawer(drawer),
          },
          icon(iconName),
          el('span', null, label),
          (counts[drawer] ?? 0) > 0 && el('span', { class: 'count' }, counts[drawer]),
        ),
      ),
    ),
  );
}

/** Who the person at the page is at the moment. Always in sight, because what a click may do depends on it. */
function ActAs(): Drawn {
  const { state, actions } = usePage();
  return el(
    'div',
    { class: 'act-as', role: 'radiogroup', 'aria-label': 'Act as' },
    el('span', { class: 'act-as-label', 'aria-hidden': 'true' }, 'Act as'),
    (state.workspace?.actAs ?? []).map((name) => {
      const account = accountNamed(name, state);
      const current = name === state.actAs;
      const title = `${account.realName}. ${account.title}`;
      return el(
        'button',
        {
          key: name,
          type: 'button',
          role: 'radio',
          class: 'act-as-account',
          'aria-checked': current,
          'data-act-as': name,
          title,
          onClick: () => void actions.actAs(name),
        },
        use(Avatar, { account, size: 'small' }),
        el(
          'span',
          { class: 'act-as-text' },
          el('span', { class: 'act-as-name' }, name),
          el('span', { class: 'act-as-title' }, shortTitle(account.title)),
        ),
      );
    }),
  );
}

/** "On call: may approve" is "may approve" where the name stands beside it. */
const shortTitle = (title: string): string => title.split(': ').at(-1) ?? title;
