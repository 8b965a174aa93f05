import type { IndexRole } from '../stores/elasticsearch/names.ts';

/** What a key of one purpose may do: on the cluster, and on the index of each role. */
export type Rights = { cluster: readonly string[]; indices: Readonly<Partial<Record<IndexRole, readonly string[]>>> };

const LOOK = ['read', 'view_index_metadata'] as const;
/** `maintenance` is for refreshes: what anybody stored a moment ago is then seen by the next question. */
const LOOK_FRESH = [...LOOK, 'maintenance'] as const;

/**
 * What the running governor needs. `create_doc` on the log lets it add entries and never change or delete one. Runbooks
 * are written when one is learned. `monitor` is for `doctor` alone.
 */
export const RUNTIME: Rights = {
  cluster: ['monitor'],
  indices: {
    runbooks: [...LOOK_FRESH, 'index'],
    evidence: LOOK_FRESH,
    policies: LOOK_FRESH,
    logs: LOOK,
    log: [...LOOK_FRESH, 'create_doc'],
    cases: [...LOOK_FRESH, 'index'],
    executions: [...LOOK_FRESH, 'index'],
    leases: [...LOOK, 'index', 'delete'],
  },
};

const EVERYTHING = ['create_index', 'manage', 'read', 'index', 'delete'] as const;

/**
 * What `load`, `purge` and `rebuild` need: a key to be used by hand and kept away from the running governor. `manage`
 * includes deleting an index, the log's too, because an alias can be made with nothing less.
 */
export const SETUP: Rights = {
  cluster: [],
  indices: {
    runbooks: EVERYTHING,
    evidence: EVERYTHING,
    policies: EVERYTHING,
    logs: EVERYTHING,
    log: ['create_index', 'manage', 'read'],
    cases: EVERYTHING,
    executions: EVERYTHING,
    leases: EVERYTHING,
  },
};

/** For what only looks: the MCP tools, `cases`, `show`, `simulate`, `clusters`, `audit`. */
export const READER: Rights = {
  cluster: [],
  indices: {
    runbooks: LOOK_FRESH,
    evidence: LOOK_FRESH,
    policies: LOOK_FRESH,
    logs: LOOK,
    log: LOOK_FRESH,
    cases: LOOK_FRESH,
    executions: LOOK_FRESH,
    leases: LOOK,
  },
};
