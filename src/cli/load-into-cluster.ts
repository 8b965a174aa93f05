import type { Catalogue } from '../../pipeline/catalogue.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Settings } from '../config.ts';
import type { LoadRequest } from '../library-files/load-library.ts';
import { createKnownSecrets } from '../log/known-secrets.ts';
import { createLog } from '../log.ts';
import { DAYS_BEFORE_DEFAULT, SEED_DEFAULT } from '../operations/load-logs.ts';
import { type ClusterLoad, type ClusterLoaded, type ClusterSummary, loadOnCluster } from '../operations/load-on-cluster.ts';
import { sayObstacle } from '../operations/prepare-indices.ts';
import { withCluster } from '../operations/with-cluster.ts';
import { withLibrary } from '../operations/with-library.ts';
import type { ExitCode, Invocation } from './command.ts';
import { EXIT } from './command.ts';
import { exitOf, loadedLine, remarks } from './loaded-lines.ts';
import type { Line } from './print.ts';
import { bad, print } from './print.ts';
import { grouped, progressOn } from './progress-bar.ts';

type Parts = { settings: Settings; catalogue: Catalogue; documents: Omit<LoadRequest, 'dryRun'> };

const DAYS_MAX = 365;

/** `load` where a cluster is configured: indices first, then documents and access logs. */
export async function loadIntoCluster(invocation: Invocation, { settings, catalogue, documents }: Parts): Promise<ExitCode> {
  const request = { ...requestOf(invocation.options), documents };
  const hide = createKnownSecrets(settings.secrets).redact;
  const log = createLog({ ...settings, logLevel: 'warn' });
  const steps = progressOn(invocation.err, 'load');
  const loaded = await withCluster(settings, (cluster) =>
    withLibrary(settings, cluster, log, (library) =>
      loadOnCluster(request, { ...cluster, library, catalogue, hide, steps, now: Date.now }),
    ),
  );
  print(invocation, answerOf(loaded), () => (loaded.ok ? linesOf(loaded.summary) : refusalOf(loaded)));
  return loaded.ok ? exitOf(loaded.summary) : EXIT.badNews;
}

const answerOf = (loaded: ClusterLoaded): object => (loaded.ok ? loaded.summary : loaded);

function requestOf(options: Invocation['options']): Omit<ClusterLoad, 'documents'> {
  const { days: wanted, seed } = options;
  const days = wanted === undefined ? DAYS_BEFORE_DEFAULT : Number(wanted);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)
    throw new GovernorError('usage', `--days takes a whole number from 1 to ${DAYS_MAX}`);
  const wantsLogs = options.logs === true || options.sample === true;
  return {
    logs: wantsLogs ? { days, seed: typeof seed === 'string' ? seed : SEED_DEFAULT } : null,
    addFields: options['add-fields'] === true,
    dryRun: options['dry-run'] === true,
  };
}

function linesOf(summary: ClusterSummary): Line[] {
  const { cluster, dry_run: dryRun } = summary;
  const { logs } = cluster;
  const would = (done: string, wouldBe: string): string => (dryRun ? `Would ${wouldBe}` : done);
  const documents = summary.runbooks + summary.evidence + summary.policies;
  return [
    ...(cluster.created.length === 0 ? [] : [`${would('Made', 'make')} ${cluster.created.join(', ')}.`]),
    ...cluster.added.map(({ name, fields }) => `${would('Added', 'add')} to ${name}: ${fields.join(', ')}.`),
    ...(documents === 0 ? [] : [loadedLine(summary), `New or changed: ${grouped(cluster.changed)}.`]),
    ...(logs === null
      ? []
      : [
          `${would('Added', 'add')} ${grouped(logs.added)} of ${grouped(logs.lines)} log lines to ${logs.index}, ${stretch(logs)}.`,
        ]),
    ...remarks(summary),
    ...(cluster.nothing_to_do ? ['Nothing to do: everything is there already.'] : []),
  ];
}

const stretch = ({ from, to }: { from: string; to: string }): string => `from ${from.slice(0, 10)} to ${to.slice(0, 10)}`;

/** Field by field: whoever mends an index wants to mend it once. */
function refusalOf({ obstacles }: Extract<ClusterLoaded, { ok: false }>): Line[] {
  return [
    'Nothing was loaded: indices that are there do not fit.',
    ...obstacles.map((obstacle): Line => [bad('conflict'), `  ${sayObstacle(obstacle)}`]),
  ];
}
