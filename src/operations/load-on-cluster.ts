import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Library } from '../../pipeline/ports.ts';
import { type LoadRequest, type LoadSummary, loadLibrary } from '../library-files/load-library.ts';
import { ownRolesInUse } from '../stores/elasticsearch/names.ts';
import { type LogsPlan, type LogsSummary, planLogs, writeLogs } from './load-logs.ts';
import { onlyChanges } from './only-changes.ts';
import { type Obstacle, type Prepared, prepareIndices } from './prepare-indices.ts';
import type { Steps } from './steps.ts';
import type { OnCluster } from './with-cluster.ts';

export type ClusterLoad = {
  documents: Omit<LoadRequest, 'dryRun'>;
  /** Null where no access logs are wanted. */
  logs: { seed: string; days: number } | null;
  addFields: boolean;
  dryRun: boolean;
};
export type ClusterSummary = LoadSummary & {
  cluster: Prepared & {
    /** Documents that were new or said something else than before. */
    changed: number;
    logs: LogsSummary | null;
    nothing_to_do: boolean;
  };
};
export type ClusterLoaded =
  | { ok: true; summary: ClusterSummary }
  | { ok: false; refusal: 'mapping_conflict'; obstacles: Obstacle[] };

type Parts = OnCluster & {
  /** This installation's library: on the cluster, or the embedded one where the cluster is not used for it. */
  library: Library;
  catalogue: Catalogue;
  hide: (text: string) => string;
  steps: Steps;
  now: () => number;
};

/** Prepares the indices in use, then loads documents and access logs. What is refused is refused before anything is written. */
export async function loadOnCluster(request: ClusterLoad, parts: Parts): Promise<ClusterLoaded> {
  const { elastic, names } = parts;
  const { addFields, dryRun } = request;
  const asked = { roles: rolesToPrepare(request, parts), addFields };
  const preview = await prepareIndices(elastic, names, { ...asked, dryRun: true });
  if (!preview.ok) return preview;
  const absent = new Set(preview.created);
  const logsPlan = await planOf(request, parts, absent);
  const prepared = dryRun ? preview : await prepareIndices(elastic, names, { ...asked, dryRun });
  if (!prepared.ok) return prepared;

  const { summary, changed } = await loadDocuments(request, parts, dryRun ? absent : new Set());
  const added = logsPlan === null || dryRun ? logsPlan?.added : await writeLogs(elastic, logsPlan, parts.steps);
  const logs = logsPlan === null ? null : { ...summaryOf(logsPlan), added: added ?? 0 };
  const done = { created: prepared.created, added: prepared.added, changed, logs };
  const work = done.created.length + done.added.length + changed + (logs?.added ?? 0);
  return { ok: true, summary: { ...summary, dry_run: dryRun, cluster: { ...done, nothing_to_do: work === 0 } } };
}

/**
 * The index of the access logs is made only where samples are wanted: an empty one would say that no service has any
 * traffic, while an absent one says that its traffic is unknown.
 */
const rolesToPrepare = ({ logs }: ClusterLoad, { config }: Parts) => [
  ...ownRolesInUse(config.use),
  ...(logs === null ? [] : (['logs'] as const)),
];

async function planOf({ logs }: ClusterLoad, { elastic, names, now }: Parts, absent: ReadonlySet<string>) {
  if (logs === null) return null;
  return planLogs(elastic, names.logs, { ...logs, nowMs: now() }, !absent.has(names.logs));
}

const summaryOf = ({ index, lines, added, from, to }: LogsPlan): LogsSummary => ({ index, lines, added, from, to });

async function loadDocuments({ documents, dryRun }: ClusterLoad, parts: Parts, unmade: ReadonlySet<string>) {
  const { names, catalogue, hide, steps } = parts;
  const tally = { changed: 0 };
  const isUnmade = [names.runbooks, names.evidence, names.policies].some((name) => unmade.has(name));
  // An index that is still to be made holds nothing, and cannot be asked.
  const base: Library = isUnmade ? { ...parts.library, get: async () => [] } : parts.library;
  const library = stepped(onlyChanges(base, tally, dryRun), steps);
  const summary = await loadLibrary(documents, { library, catalogue, hide });
  return { summary, changed: tally.changed };
}

/** Tells of documents in the parts in which they are stored; how many there will be is not known before. */
function stepped(library: Library, steps: Steps): Library {
  return {
    ...library,
    async put(documents) {
      const step = steps('documents', documents.length);
      await library.put(documents);
      step(documents.length);
    },
  };
}
