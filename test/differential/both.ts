import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { readConfig } from '../../src/config.ts';
import { type OpenedStore, openStore } from '../../src/stores/open-store.ts';
import { clusterEnvironment, withPrefix } from '../elasticsearch/at-hand.ts';
import { NOW } from '../fixtures/builders.ts';
import { movedClock } from '../fixtures/in-process.ts';
import { type Played, playWorld, type Side } from './side.ts';
import { IDS, type World, worlds } from './worlds.ts';

/** Each world begins at the same time of the same day as the one before: locks and leases remember when they were used. */
const WEEK_MS = 7 * 86_400_000;
export type Sides = { embedded: Side; cluster: Side };

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The embedded store and one in the cluster, opened as the program opens them; closed after the tests of this block. */
export function withBothSides(): () => Sides {
  const prefix = withPrefix();
  const home = mkdtempSync(join(tmpdir(), 'governor-both-'));
  const opened: OpenedStore[] = [];
  let sides: Sides | null = null;
  const config = GovernorConfig.parse({ elasticsearch: { prefix, use: ['log', 'library'] } });
  const { paths } = readConfig({ env: { GOVERNOR_HOME: home } });

  const open = async (name: string, url: string | undefined): Promise<Side> => {
    const clock = movedClock();
    const apiKey = clusterEnvironment().ELASTICSEARCH_API_KEY ?? null;
    const elasticsearch = url === undefined ? null : { url, apiKey };
    const store = await openStore({ config, elasticsearch, paths }, { now: clock.now, log: quiet });
    opened.push(store);
    let weeks = 0;
    const nextStartMs = (): number => NOW + weeks++ * WEEK_MS;
    return { name, store: store.store, clock, nextStartMs, empty: () => empty(store) };
  };
  beforeAll(async () => {
    sides = {
      embedded: await open('the embedded store', undefined),
      cluster: await open('the cluster', clusterEnvironment().ELASTICSEARCH_URL),
    };
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    rmSync(home, { recursive: true, force: true });
  });
  return () => {
    if (sides === null) throw new Error('the stores are not open');
    return sides;
  };
}

/** Takes every document out: a world begins with its own library. */
async function empty({ store, elastic, names }: OpenedStore): Promise<void> {
  if (elastic !== null) {
    const index = [names.runbooks, names.evidence, names.policies];
    for (let left = 1; left > 0; ) {
      await elastic.ask('refresh', (to) => to.indices.refresh({ index }));
      await elastic.ask('empty', (to) =>
        to.deleteByQuery({ index, query: { match_all: {} }, conflicts: 'proceed', refresh: true }),
      );
      ({ count: left } = await elastic.ask('count', (to) => to.count({ index })));
    }
    return;
  }
  const learned = (await store.caseLog.list(LATEST)).map(({ case_id }) => `learned:${case_id}`);
  for (const id of [...IDS, ...learned]) await store.library.remove(id);
}

/** More cases than a world has. */
const LATEST = 10;

let played = 0;
const nextIds = ({ cases }: World): string[] => cases.map(() => `same-${String(++played).padStart(6, '0')}`);

/** What the two say of the same world, case by case. */
export async function playBoth({ embedded, cluster }: Sides, here: World, there = here) {
  const caseIds = nextIds(here);
  const [one, other] = await Promise.all([playWorld(embedded, here, caseIds), playWorld(cluster, there, caseIds)]);
  return one.map((played, at): [Played, Played] => [played, other[at] ?? { ...played, told: '' }]);
}

/** What a run has met: a run without blocks, effects or voided decisions would prove little. */
export type Met = {
  cases: number;
  decisions: Map<string, number>;
  reasons: Map<string, number>;
  statuses: Map<string, number>;
  voided: number;
};

export type Limits = { worlds: number; withinMs: number };

/**
 * Plays so many generated worlds on both, or as many as there is time for; fails with the smallest one it finds in which
 * the two differ.
 */
export async function expectSame(sides: Sides, { worlds: numRuns, withinMs }: Limits): Promise<Met> {
  const met: Met = { cases: 0, decisions: new Map(), reasons: new Map(), statuses: new Map(), voided: 0 };
  const property = fc.asyncProperty(worlds, async (world) => {
    for (const [here, there] of await playBoth(sides, world)) {
      expect(there.told).toBe(here.told);
      count(met, here);
    }
  });
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: withinMs });
  return met;
}

function count(met: Met, { decisions, reasons, status, voided }: Played): void {
  met.cases += 1;
  if (voided) met.voided += 1;
  for (const decision of decisions) add(met.decisions, decision);
  for (const reason of new Set(reasons)) add(met.reasons, reason);
  add(met.statuses, status);
}

const add = (to: Map<string, number>, key: string): unknown => to.set(key, (to.get(key) ?? 0) + 1);
