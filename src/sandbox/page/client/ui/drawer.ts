import { type Drawn, el, use } from '../dom.ts';
import { type Fields, fieldsIn, textIn } from '../fields.ts';
import type { Drawer } from '../state/state.ts';
import { clockTime } from '../text/date.ts';
import { safeUrl } from '../text/safe-url.ts';
import { icon } from './icon.ts';
import { usePage } from './page-context.ts';
import { TrafficList } from './traffic.ts';

const TITLES: Record<Drawer, [title: string, note: string]> = {
  traffic: ['Traffic', 'every Web API call of the app and every envelope to it'],
  ledger: ['Executor ledger', 'what the simulated executor has run; a key runs once'],
  tickets: ['Tickets', 'in the simulated tracker'],
};

/** The drawer below the conversation: what went on behind it. */
export function DrawerPane({ drawer }: { drawer: Drawer }): Drawn {
  const { actions } = usePage();
  const [title, note] = TITLES[drawer];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') actions.toggleDrawer(drawer);
  };
  return el(
    'section',
    { class: 'drawer', 'aria-label': title, 'data-drawer-pane': drawer, onKeyDown },
    el(
      'header',
      { class: 'pane-head drawer-head' },
      el('h2', { class: 'pane-title' }, title),
      el('span', { class: 'pane-note' }, note),
      el('span', { class: 'tag' }, 'simulated'),
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button pane-close',
          'aria-label': 'Close drawer',
          onClick: () => actions.toggleDrawer(drawer),
        },
        icon('close'),
      ),
    ),
    drawer === 'traffic' && use(TrafficList, {}),
    drawer === 'ledger' && use(Ledger, {}),
    drawer === 'tickets' && use(Tickets, {}),
  );
}

function Ledger(): Drawn {
  const { state } = usePage();
  const rows = state.executions.map((row) => [
    timeOf(row),
    textIn(row, 'action') ?? '',
    parametersOf(row),
    textIn(row, 'outcome') ?? '',
    textIn(row, 'case_id') ?? '',
    textIn(row, 'key') ?? '',
  ]);
  return grid(['Time', 'Action', 'Parameters', 'Outcome', 'Case', 'Key'], rows, 'Nothing has been run.', 'data-execution');
}

const parametersOf = (row: Fields): string =>
  Object.entries(fieldsIn(row, 'parameters') ?? {})
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

function Tickets(): Drawn {
  const { state } = usePage();
  const rows = state.tickets.map((row) => [
    ticketLink(row),
    textIn(row, 'status') ?? '',
    textIn(row, 'severity') ?? '',
    textIn(row, 'service') ?? '',
    textIn(row, 'summary') ?? '',
    textIn(row, 'case_id') ?? '',
  ]);
  return grid(['Ticket', 'Status', 'Severity', 'Service', 'Summary', 'Case'], rows, 'No tickets yet.', 'data-ticket');
}

function ticketLink(row: Fields): Drawn | string {
  const key = textIn(row, 'key') ?? '';
  const url = textIn(row, 'url') ?? `/tickets/${encodeURIComponent(key)}/view`;
  // The sandbox's own ticket pages are paths on this server; nothing else without a scheme is a link.
  const href = url.startsWith('/tickets/') ? url : safeUrl(url);
  return href === undefined ? key : el('a', { class: 'link', href, target: '_blank', rel: 'noopener noreferrer' }, key);
}

function timeOf(row: Fields): string {
  const at = typeof row.at === 'string' ? Date.parse(row.at) : Number(row.at);
  return Number.isFinite(at) ? clockTime(String(at / 1_000), true) : '';
}

function grid(heads: readonly string[], rows: readonly (readonly (Drawn | string)[])[], empty: string, mark: string): Drawn {
  if (rows.length === 0) return el('p', { class: 'log-empty' }, empty);
  return el(
    'div',
    { class: 'drawer-scroll', tabIndex: 0 },
    el(
      'table',
      { class: 'table drawer-table' },
      el(
        'thead',
        null,
        el(
          'tr',
          null,
          heads.map((head) => el('th', { key: head, scope: 'col' }, head)),
        ),
      ),
      el(
        'tbody',
        null,
        rows
          .map((cells, index) =>
            el(
              'tr',
              { key: index, [mark]: index },
              cells.map((cell, column) => el('td', { key: column }, cell)),
            ),
          )
          .reverse(),
      ),
    ),
  );
}
