import { availableParallelism } from 'node:os';

const PROCESSORS_MAX = 2;

type Settings = Readonly<Record<string, string | number | boolean>>;

const COMMON: Settings = {
  'cluster.name': 'governor-test',
  'network.host': '127.0.0.1',
  'logger.level': 'WARN',
  // A start does not wait for a master; the cluster's `ready` does.
  'discovery.initial_state_timeout': '0s',
  // The disk of a test machine may be nearly full, and indices must stay writable all the same.
  'cluster.routing.allocation.disk.threshold_enabled': false,
  'node.processors': Math.min(PROCESSORS_MAX, availableParallelism()),
};

export const SINGLE_NODE_SETTINGS: Settings = { ...COMMON, 'discovery.type': 'single-node' };

/** Nodes read each other's addresses from a file, so no port has to be guessed before they start. */
export const severalNodesSettings = (names: readonly string[]): Settings => ({
  ...COMMON,
  'discovery.seed_providers': 'file',
  'discovery.find_peers_interval': '200ms',
  'cluster.initial_master_nodes': names.join(','),
});
