import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';

export type Line = {
  id?: string;
  at: string;
  host?: string;
  path?: string;
  status?: number;
  extension?: string | null;
};

const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } } as const;
/** The part of the sample logs' mapping that is asked about, as Kibana has it. */
export const AS_KIBANA = {
  '@timestamp': { type: 'date' },
  timestamp: { type: 'alias', path: '@timestamp' },
  host: text,
  request: text,
  extension: text,
  response: text,
  message: text,
} as const;
/** As a log that was mapped by hand may have it. */
export const PLAIN = {
  '@timestamp': { type: 'date' },
  host: { type: 'keyword' },
  request: { type: 'keyword' },
  extension: { type: 'keyword' },
  response: { type: 'short' },
  message: { type: 'text' },
} as const;

export type Properties = Partial<typeof AS_KIBANA> | typeof PLAIN | Record<string, { type: 'text' | 'date' | 'keyword' }>;

export const createLogIndex = (elastic: Elastic, index: string, properties: Properties): Promise<unknown> =>
  elastic.ask('make a test index', (to) =>
    to.indices.create({
      index,
      settings: { number_of_shards: 2, number_of_replicas: 0 },
      mappings: { dynamic: false, properties: { ...properties } },
    }),
  );

export async function writeLines(elastic: Elastic, index: string, lines: readonly Line[]): Promise<void> {
  const operations = lines.flatMap((line) => [{ create: line.id === undefined ? {} : { _id: line.id } }, documentOf(line)]);
  const answer = await elastic.ask('write test lines', (to) => to.bulk({ index, refresh: true, operations }));
  if (answer.errors) throw new Error(JSON.stringify(answer.items.find(({ create }) => create?.error)));
}

const documentOf = ({ at, host = 'shop.example', path = '/buy', status = 200, extension = '' }: Line) => ({
  '@timestamp': at,
  host,
  request: path,
  response: status,
  ...(extension === null ? {} : { extension }),
  message: `192.0.2.1 - - [${at}] "GET ${path} HTTP/1.1" ${status} 5 "-" "test"`,
});
