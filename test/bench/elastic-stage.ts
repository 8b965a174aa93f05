import { z } from 'zod';
import { GovernorConfig } from '../../contracts/config.ts';
import type { LibraryDocument } from '../../contracts/documents.ts';
import type { Telemetry } from '../../pipeline/ports.ts';
import { readConfig } from '../../src/config.ts';
import { connectElastic, type Elastic } from '../../src/stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../../src/stores/elasticsearch/names.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { aCatalogue, anAction, aRestart, figures } from '../fixtures/builders.ts';
import { benchConfig, openStage, quietLog, type Stage } from './stage.ts';

export type Where = { url: string; prefix: string };
export type ElasticStage = Stage & { elastic: Elastic; names: IndexNames };
type Options = Where & { folder: string; library: readonly LibraryDocument[]; acting?: boolean };

const TIMEOUT_MS = 10_000;
/** A machine that is too busy is measured, not given up. */
const TIMEOUT_S = TIMEOUT_MS / 1_000;

/** The whole governor with log and library in the cluster. `acting`: cases run to their end, as `actingParts` says. */
export async function openElasticStage({ url, prefix, folder, library, acting = false }: Options): Promise<ElasticStage> {
  const elasticsearch = { prefix, use: ['log', 'library'], timeout_s: TIMEOUT_S };
  const config = GovernorConfig.parse({ ...benchConfig, elasticsearch });
  const { paths } = readConfig({ env: { GOVERNOR_HOME: folder } });
  // What a first start says about the indices it makes belongs to no figure.
  const log = { ...quietLog, warn: () => undefined };
  const opened = await openStore({ config, elasticsearch: { url, apiKey: null }, paths }, { now: Date.now, log });
  const { elastic } = opened;
  if (elastic === null) throw new Error('the store was not opened in the cluster');
  const parts = acting ? actingParts() : {};
  const stage = await openStage({ folder, library, ...parts, store: { ...opened.store, close: opened.close } });
  return { ...stage, elastic, names: opened.names };
}

/**
 * Parts with which a case can run to its end within moments: no hold window, a recovery check of a few milliseconds, and
 * figures that are bad while the service is analysed and well once the executor was asked.
 */
export function actingParts() {
  let asked = false;
  const telemetry: Telemetry = {
    figures: async () => (asked ? figures({ errors: 1, error_rate: 0.001 }) : figures()),
    services: async () => [],
    logLine: async () => null,
  };
  const recovery = { settle_s: 0, window_s: 0.01, error_rate_max: 0.05 };
  return {
    telemetry,
    begun: () => {
      asked = true;
    },
    config: GovernorConfig.parse({ ...benchConfig, hold_window_s: 0, auto_execute: { sources: ['slash_command'] } }),
    catalogue: aCatalogue([anAction({ recovery }), aRestart({ recovery })]),
  };
}

const Indices = z.array(z.object({ index: z.string() }));
const NAMES_A_LINE = 40;

export async function dropIndices({ url, prefix }: Where): Promise<void> {
  const elastic = await connectElastic({ url, apiKey: null, timeoutMs: TIMEOUT_MS });
  try {
    const listed = await elastic.ask('list', (to) => to.cat.indices({ index: `${prefix}*`, format: 'json', h: ['index'] }));
    const names = Indices.parse(listed).map(({ index }) => index);
    for (let at = 0; at < names.length; at += NAMES_A_LINE)
      await elastic.ask('drop', (to) => to.indices.delete({ index: names.slice(at, at + NAMES_A_LINE) }));
  } finally {
    await elastic.close();
  }
}

/** Uses indices of its own, which are gone afterwards. */
export async function withIndices<T>(url: string, use: (where: Where) => Promise<T>): Promise<T> {
  const where = { url, prefix: `bench-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}-` };
  try {
    return await use(where);
  } finally {
    await dropIndices(where);
  }
}
