import { useState } from 'preact/hooks';
import { type Drawn, el } from '../dom.ts';
import { clockTime } from '../text/date.ts';
import type { Traffic } from '../wire/model.ts';
import { usePage } from './page-context.ts';

const LISTED_MAX = 200;

/** The raw traffic, newest first; one entry is opened beside the list as JSON. */
export function TrafficList(): Drawn {
  const { state } = usePage();
  const [filter, setFilter] = useState('');
  const [opened, setOpened] = useState<Traffic | undefined>(undefined);
  const wanted = filter.toLowerCase();
  const matching = state.traffic.filter((entry) => wanted === '' || `${entry.name} ${entry.note}`.toLowerCase().includes(wanted));
  const listed = matching.slice(-LISTED_MAX).reverse();
  const onInput = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement) setFilter(event.currentTarget.value);
  };
  return el(
    'div',
    { class: 'traffic' },
    el(
      'div',
      { class: 'traffic-list' },
      el('input', {
        class: 'field traffic-filter',
        type: 'search',
        placeholder: 'Filter by method, event or action',
        'aria-label': 'Filter traffic',
        value: filter,
        onInput,
      }),
      el(
        'div',
        { class: 'drawer-scroll' },
        listed.map((entry, index) => row(entry, index, entry === opened, () => setOpened(entry))),
      ),
    ),
    el(
      'pre',
      { class: 'traffic-body', tabIndex: 0, 'aria-label': 'Raw JSON' },
      opened === undefined ? 'Choose an entry to see it whole.' : JSON.stringify(opened.body, null, 2),
    ),
  );
}

function row(entry: Traffic, index: number, current: boolean, onClick: () => void): Drawn {
  const fromApp = entry.direction === 'call';
  return el(
    'button',
    { key: index, type: 'button', class: `traffic-row${current ? ' is-current' : ''}`, 'data-traffic': entry.direction, onClick },
    el('span', { class: 'traffic-time' }, clockTime(String(entry.at / 1_000), true)),
    el(
      'span',
      { class: `traffic-way traffic-${entry.direction}`, title: fromApp ? 'from the app' : 'to the app' },
      fromApp ? 'app →' : '→ app',
    ),
    el('span', { class: 'traffic-name' }, entry.name),
    el('span', { class: `traffic-note${entry.ok ? '' : ' is-bad'}` }, entry.note),
  );
}
