import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { afterAll } from 'vitest';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { clusterEnvironment, connectAtHand, withPrefix } from '../elasticsearch/at-hand.ts';
import { governor } from './governor.ts';

export type Elasticsearch = Record<string, unknown>;

/**
 * A governor on indices of its own in the cluster at hand; called in a `describe`, at whose end the indices go. What
 * `config` gives stands in the `elasticsearch` part of its config.
 */
export function onCluster(config: Elasticsearch = {}) {
  const prefix = withPrefix();
  const home = mkdtempSync(join(tmpdir(), 'governor-cluster-'));
  afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const file = join(home, 'governor.config.json');
  const approvers = [{ users: ['oncall'] }];
  writeFileSync(file, JSON.stringify({ approvers, elasticsearch: { prefix, ...config } }));
  const env = { GOVERNOR_HOME: home, GOVERNOR_CONFIG: file, ...clusterEnvironment() };
  return {
    prefix,
    home,
    env,
    names: indexNamesOf({ prefix, indices: {} }),
    run: (...args: string[]) => governor(args, { env }),
    json: async (...args: string[]): Promise<unknown> => JSON.parse((await governor([...args, '--json'], { env })).out),
  };
}

/** One question to the cluster at hand. */
export async function ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
  const elastic = await connectAtHand();
  try {
    return await elastic.ask('test', question);
  } finally {
    await elastic.close();
  }
}

/** How many documents are behind a name; what was just written counts. */
export async function countIn(index: string): Promise<number> {
  await ask((client) => client.indices.refresh({ index }));
  return (await ask((client) => client.count({ index }))).count;
}

export const indicesOf = async (prefix: string): Promise<string[]> =>
  Object.keys(await ask((client) => client.indices.get({ index: `${prefix}*` }))).sort();
