import type { LogMap } from '../../contracts/elasticsearch.ts';
import type { Weighted } from './chance.ts';

/** A path that is asked for, and how often in proportion to the others. `large` files are downloads. */
export type Page = Weighted & { path: string; large?: boolean };

/** One web host of the invented site, and the service that stands behind it. */
export type Host = Weighted & { host: string; service: string; pages: readonly Page[] };

const weighted = (weights: Readonly<Record<string, number>>, more: Pick<Page, 'large'> = {}): Page[] =>
  Object.entries(weights).map(([path, weight]) => ({ path, weight, ...more }));

/** The whole of the invented site. The hosts are of a domain that can belong to nobody. */
export const HOSTS: readonly Host[] = [
  {
    host: 'pay.shop.example',
    service: 'payments-api',
    weight: 30,
    pages: weighted({ '/v1/charges': 50, '/v1/refunds': 12, '/v1/cards': 28, '/v1/status': 10 }),
  },
  {
    host: 'www.shop.example',
    service: 'checkout-web',
    weight: 34,
    pages: weighted({
      '/': 34,
      '/checkout/basket': 22,
      '/checkout/payment': 14,
      '/checkout/confirm': 12,
      '/assets/shop.css': 10,
      '/assets/logo.png': 8,
    }),
  },
  {
    host: 'find.shop.example',
    service: 'search-index',
    weight: 20,
    pages: weighted({ '/search': 60, '/search/suggest': 40 }),
  },
  {
    host: 'downloads.shop.example',
    service: 'elastic-downloads',
    weight: 16,
    pages: weighted(
      {
        '/downloads/client-4.2.0.deb': 30,
        '/downloads/client-4.2.0.rpm': 24,
        '/downloads/client-4.2.0.zip': 26,
        '/downloads/manual.pdf': 20,
      },
      { large: true },
    ),
  },
];

/** The map of `elasticsearch.services` under which the sample logs are those services' own. */
export const SAMPLE_SERVICES: Readonly<Record<string, LogMap>> = Object.fromEntries(
  HOSTS.map(({ host, service }) => [service, { hosts: [host], paths: [], extensions: [] }]),
);

/** What goes wrong on an ordinary day, in proportion. */
export const ORDINARY_ERRORS: readonly (Weighted & { status: number })[] = [
  { status: 404, weight: 70 },
  { status: 503, weight: 30 },
];
/** Of all requests of an ordinary day. */
export const ORDINARY_ERROR_RATE = 0.012;

export const PLACES: readonly (Weighted & { code: string; lat: number; lon: number })[] = [
  { code: 'DE', lat: 51.2, lon: 10.4, weight: 22 },
  { code: 'US', lat: 39.8, lon: -98.6, weight: 26 },
  { code: 'IN', lat: 22.9, lon: 79.6, weight: 18 },
  { code: 'BR', lat: -10.3, lon: -53.1, weight: 10 },
  { code: 'FR', lat: 46.6, lon: 2.5, weight: 10 },
  { code: 'JP', lat: 36.6, lon: 138.0, weight: 8 },
  { code: 'KE', lat: 0.5, lon: 37.9, weight: 6 },
];

export const SYSTEMS = ['ios', 'osx', 'win 10', 'win 11', 'linux', 'android'] as const;

export const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) SampleBrowser/31.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64) SampleBrowser/30.2',
  'Mozilla/5.0 (iPhone; like Mac OS X) SampleMobile/12.1',
  'sample-client/4.2 (+https://www.shop.example/client)',
] as const;

export const REFERERS = [
  'https://www.shop.example/',
  'https://news.example/shop',
  'https://search.example/results',
  'https://www.shop.example/help',
] as const;
