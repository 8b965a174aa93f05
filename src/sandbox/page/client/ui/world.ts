import { type Drawn, el } from '../dom.ts';
import type { Service } from '../wire/model.ts';
import { usePage } from './page-context.ts';

const WIDTH = 64;
const HEIGHT = 18;
/** The scale never shrinks below this rate, so that a healthy service draws a flat line and not its own noise. */
const TOP_RATE_MIN = 0.05;

/** The simulated services and their error rates as they are at the moment. */
export function World(): Drawn {
  const { state, actions } = usePage();
  return el(
    'section',
    { class: 'world', 'aria-label': 'Simulated services' },
    el('h2', { class: 'sidebar-title' }, 'Services', el('span', { class: 'tag' }, 'simulated')),
    state.services.map((service) =>
      el(
        'button',
        {
          key: service.service,
          type: 'button',
          class: `world-row${isIll(service) ? ' is-ill' : ''}`,
          'data-service': service.service,
          'data-status': service.status,
          title: `${service.service}: ${service.status}. Write an incident about it`,
          onClick: () => actions.draft(`/incident ${service.service} high `),
        },
        el('span', { class: 'world-name' }, service.service),
        sparkline(service.recent, isIll(service)),
        el('span', { class: 'world-rate' }, rateText(service)),
      ),
    ),
  );
}

const isIll = ({ status, errorRate, baseline }: Service): boolean =>
  status !== 'healthy' || errorRate === null || errorRate > baseline * 2 + 0.01;

const rateText = ({ errorRate }: Service): string => (errorRate === null ? 'silent' : `${(errorRate * 100).toFixed(1)}%`);

function sparkline(rates: readonly number[], ill: boolean): Drawn {
  const top = Math.max(TOP_RATE_MIN, ...rates);
  const step = WIDTH / Math.max(1, rates.length - 1);
  const height = (rate: number): string => (HEIGHT - 2 - (rate / top) * (HEIGHT - 4)).toFixed(1);
  const line = rates.length === 1 ? [rates[0] ?? 0, rates[0] ?? 0] : rates;
  const points = line
    .map((rate, index) => `${(index * (rates.length === 1 ? WIDTH : step)).toFixed(1)},${height(rate)}`)
    .join(' ');
  return el(
    'svg',
    {
      class: `spark${ill ? ' is-ill' : ''}`,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      'aria-hidden': 'true',
      preserveAspectRatio: 'none',
    },
    el('polyline', { points }),
  );
}
