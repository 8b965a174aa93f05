import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';
import { between, oneByWeight, oneOf } from './chance.ts';
import type { Page } from './site.ts';
import { AGENTS, PLACES, REFERERS, SYSTEMS } from './site.ts';

/** One access-log line in the shape of Kibana's sample web logs. `timestamp` is an alias there, which nobody may write. */
export type SampleLog = {
  '@timestamp': string;
  agent: string;
  bytes: number;
  clientip: string;
  event: { dataset: 'sample_web_logs' };
  extension: string;
  geo: { srcdest: string; src: string; dest: string; coordinates: { lat: number; lon: number } };
  host: string;
  index: 'kibana_sample_data_logs';
  ip: string;
  machine: { ram: number; os: string };
  memory: number | null;
  message: string;
  phpmemory: number | null;
  referer: string;
  request: string;
  response: number;
  tags: string[];
  url: string;
  utc_time: string;
};

export type Asked = { atMs: number; host: string; page: Page; status: number };

const GIB = 1_073_741_824;
const ID_CHARS = 20;
const TAGS = ['info', 'login', 'security', 'warning'] as const;
/** Nets that are set aside for examples: no line may name anybody's machine. */
const NETS = ['192.0.2', '198.51.100', '203.0.113'] as const;

/** A whole line for one request; `chance` fills in what does not matter. */
export function documentOf({ atMs, host, page, status }: Asked, chance: Chance): SampleLog {
  const at = new Date(atMs).toISOString();
  const ip = `${oneOf(chance, NETS)}.${between(chance, 1, 254)}`;
  const [from, to] = [oneByWeight(chance, PLACES), oneByWeight(chance, PLACES)];
  const failed = status >= 400;
  const bytes = failed ? between(chance, 0, 600) : between(chance, 400, page.large === true ? 9_500_000 : 18_000);
  const agent = oneOf(chance, AGENTS);
  const isMetered = chance() < 0.05;
  const memory = isMetered ? between(chance, 20_000, 400_000) : null;
  return {
    '@timestamp': at,
    agent,
    bytes,
    clientip: ip,
    event: { dataset: 'sample_web_logs' },
    extension: extensionOf(page.path),
    geo: {
      srcdest: `${from.code}:${to.code}`,
      src: from.code,
      dest: to.code,
      coordinates: { lat: nearby(chance, from.lat), lon: nearby(chance, from.lon) },
    },
    host,
    index: 'kibana_sample_data_logs',
    ip,
    machine: { ram: between(chance, 2, 32) * GIB, os: oneOf(chance, SYSTEMS) },
    memory,
    message: `${ip} - - [${at}] "GET ${page.path} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`,
    phpmemory: memory,
    referer: oneOf(chance, REFERERS),
    request: page.path,
    response: status,
    tags: [failed ? 'error' : 'success', oneOf(chance, TAGS)],
    url: `https://${host}${page.path}`,
    utc_time: at,
  };
}

const nearby = (chance: Chance, degrees: number): number => Math.round((degrees + chance() * 4 - 2) * 10_000) / 10_000;

/** `deb` of `/downloads/client-4.2.0.deb`; empty where the path names no file. */
function extensionOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.includes('.') ? file.slice(file.lastIndexOf('.') + 1) : '';
}

/** The same line always has the same id, so that loading it again stores nothing twice. */
export const sampleLogId = (document: SampleLog): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, ID_CHARS);
