import { type Drawn, el } from '../dom.ts';

/** Line drawings on a 20 by 20 grid. */
const PATHS = {
  hash: 'M7.5 3l-1.5 14M14 3l-1.5 14M3.5 7.5h14M2.5 12.5h14',
  close: 'M5 5l10 10M15 5L5 15',
  send: 'M3 4l14 6-14 6 2.5-6zM5.5 10H11',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
  reply: 'M4 4h12v9H9l-4 4v-4H4z',
  bolt: 'M11 2L4 11h5l-1 7 7-9h-5z',
  pencil: 'M4 16l1-4 8.5-8.5 3 3L8 15zM12 5l3 3',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  traffic: 'M3 7h12l-3-3M17 13H5l3 3',
  ledger: 'M4 3h12v14H4zM7 7h6M7 10h6M7 13h4',
  ticket: 'M3 6h14v3a1.5 1.5 0 0 0 0 3v3H3v-3a1.5 1.5 0 0 0 0-3zM12 6v9',
  image: 'M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 3M13 7.5h.01',
  play: 'M6 4l10 6-10 6z',
  file: 'M5 2.5h7l3 3v12H5zM12 2.5v3h3',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.8 11h6.4L14 6',
  up: 'M6 9.5L9.5 3c1.2 0 1.8.9 1.6 2L10.5 8H15l-1 8H6zM3 9.5h3V16H3z',
  low: 'M6 10.5L9.5 17c1.2 0 1.8-.9 1.6-2l-.6-3H15l-1-8H6zM3 4h3v6.5H3z',
  down: 'M10 4v11M5 10.5l5 5 5-5',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Drawn {
  return el('svg', { class: `icon icon-${name}`, viewBox: '0 0 20 20', 'aria-hidden': 'true' }, el('path', { d: PATHS[name] }));
}
