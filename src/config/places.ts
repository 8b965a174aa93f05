import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { Environment } from './environment.ts';
import type { Paths } from './settings.ts';

export type Places = { root: string; cwd: string };

export const CONFIG_FILE = 'governor.config.json';
const SANDBOX_CONFIG = 'data/sandbox.config.json';

/** Paths that a person types are relative to where they stand; paths inside a config file are relative to the project. */
export const fromHere = (path: string, { cwd }: Places): string => (isAbsolute(path) ? path : resolve(cwd, path));
const fromRoot = (path: string, { root }: Places): string => (isAbsolute(path) ? path : resolve(root, path));

/** The config file to read: the one named, else the one that lies ready, else the sandbox's; null means the defaults. */
export function configFileOf(env: Environment, places: Places, simulated: boolean): string | null {
  const named = env.GOVERNOR_CONFIG?.trim();
  if (named) return fromHere(named, places);
  const ready = [join(places.cwd, CONFIG_FILE), join(places.root, CONFIG_FILE)].find((file) => existsSync(file));
  if (ready !== undefined) return ready;
  return simulated ? join(places.root, SANDBOX_CONFIG) : null;
}

export function pathsOf(config: GovernorConfig, env: Environment, places: Places): Paths {
  const { root } = places;
  const named = env.GOVERNOR_HOME?.trim();
  const home = named ? fromHere(named, places) : join(root, '.governor');
  const { catalogue, policies } = config.paths;
  const { recorded } = config.planner;
  return {
    root,
    home,
    output: join(home, 'output'),
    catalogue: fromRoot(catalogue, places),
    policies: policies === undefined ? null : fromRoot(policies, places),
    recorded: recorded === undefined ? null : fromRoot(recorded, places),
    reliabilityScores: join(root, 'data', 'reliability-scores.json'),
    sampleLibrary: join(root, 'data', 'sample-library.json'),
    scenarios: join(root, 'data', 'scenarios'),
    world: join(root, 'data', 'world.json'),
    manifest: join(root, 'manifest.yml'),
  };
}
