import { randomBytes } from 'node:crypto';
import { afterAll, describe, inject } from 'vitest';
import { z } from 'zod';
import { connectElastic, type Elastic } from '../../src/stores/elasticsearch/elastic.ts';

const AtHand = z.union([
  z.strictObject({ url: z.string(), apiKey: z.string().nullable() }),
  z.strictObject({ url: z.null(), why: z.string() }),
]);
/** The cluster of this test run, or why there is none. */
export type AtHand = z.infer<typeof AtHand>;

const TIMEOUT_MS = 10_000;
/** A request's first line has 4096 bytes at most. */
const NAMES_A_LINE = 40;
const Indices = z.array(z.object({ index: z.string() }));

// Asked while the file is loaded, because which tests there are must be known before the first one runs.
const atHand = await knock();

async function knock(): Promise<AtHand> {
  const answer = await fetch(inject('elasticsearchDoor'));
  if (!answer.ok) throw new Error(await answer.text());
  return AtHand.parse(await answer.json());
}

/** The address of a real cluster, or null where this machine has none. */
export const elasticsearchUrl = (): string | null => atHand.url;

/** What a governor of its own needs to find the cluster at hand; nothing where there is none. */
export function clusterEnvironment(): Record<string, string> {
  if (atHand.url === null) return {};
  return { ELASTICSEARCH_URL: atHand.url, ...(atHand.apiKey === null ? {} : { ELASTICSEARCH_API_KEY: atHand.apiKey }) };
}

/** A connection to the cluster at hand; whoever opens it closes it. */
export function connectAtHand(timeoutMs = TIMEOUT_MS): Promise<Elastic> {
  if (atHand.url === null) throw new Error(atHand.why);
  return connectElastic({ url: atHand.url, apiKey: atHand.apiKey, timeoutMs });
}

/** Tests on a real cluster; skipped, with the reason in their title, where there is none. */
export function describeWithElasticsearch(title: string, body: (url: string) => void): void {
  if (atHand.url === null) describe.skip(`${title} (skipped: ${atHand.why})`, () => body(''));
  else {
    const { url } = atHand;
    describe(title, () => body(url));
  }
}

/** A beginning for index names that nobody else has. Called in a file or a `describe`, at whose end its indices go. */
export function withPrefix(): string {
  const prefix = `t-${randomBytes(5).toString('hex')}-`;
  afterAll(() => dropIndices(prefix));
  return prefix;
}

/** Deletes by whole names, because clusters refuse to delete by pattern. */
export async function dropIndices(prefix: string): Promise<void> {
  if (atHand.url === null) return;
  const elastic = await connectAtHand();
  try {
    const listed = await elastic.ask('list test indices', (to) =>
      to.cat.indices({ index: `${prefix}*`, format: 'json', h: ['index'], expand_wildcards: 'all' }),
    );
    const names = Indices.parse(listed).map(({ index }) => index);
    for (let at = 0; at < names.length; at += NAMES_A_LINE)
      await elastic.ask('delete test indices', (to) =>
        to.indices.delete({ index: names.slice(at, at + NAMES_A_LINE), ignore_unavailable: true }),
      );
  } finally {
    await elastic.close();
  }
}
