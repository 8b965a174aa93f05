import { GovernorError } from '../../../pipeline/errors.ts';
import { loadCatalogue } from '../../config/catalogue-file.ts';
import { readConfig, type Settings } from '../../config.ts';
import { type LoadRequest, loadLibrary } from '../../library-files/load-library.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { exitOf, loadedLine, remarks } from '../loaded-lines.ts';
import { withStore } from '../opened.ts';
import { print } from '../print.ts';

const text = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

export const load: Command = {
  name: 'load',
  usage: '[--data FILE] [--runbooks DIR] [--service NAME] [--sample] [--logs] [--setup] [--dry-run]',
  says: 'loads runbooks, evidence and policies, also while the app runs; makes the indices on a cluster first',
  words: { min: 0, max: 0 },
  options: {
    data: { type: 'string', says: 'a JSON file {runbooks, evidence, policies}' },
    runbooks: { type: 'string', says: 'a folder of Markdown runbooks' },
    service: { type: 'string', says: 'the service of Markdown runbooks that name none' },
    sample: { type: 'boolean', says: 'the sample documents; on a cluster the sample access logs too' },
    logs: { type: 'boolean', says: 'generated access logs in the shape of Kibana’s sample web logs, on a cluster' },
    days: { type: 'string', says: 'days before today that the access logs cover, 12 unless given' },
    seed: { type: 'string', says: 'another seed gives other access logs, the same one the same' },
    setup: { type: 'boolean', says: 'only makes the indices that are missing on a cluster' },
    'add-fields': { type: 'boolean', says: 'adds fields that indices on a cluster lack; changes none that is there' },
    'dry-run': { type: 'boolean', says: 'checks everything and stores nothing' },
  },
  async run(invocation) {
    checkOptions(invocation.options);
    const settings = readConfig({ slack: 'unneeded' });
    return settings.elasticsearch === null ? loadEmbedded(invocation, settings) : onCluster(invocation, settings);
  },
};

const SOURCES = ['data', 'runbooks', 'sample', 'logs', 'setup'] as const;

function checkOptions(options: Invocation['options']): void {
  if (SOURCES.every((name) => options[name] === undefined))
    throw new GovernorError('usage', 'give --data FILE, --runbooks DIR, or both; --sample, or on a cluster --logs or --setup');
  if (options.data !== undefined && options.sample === true)
    throw new GovernorError('usage', 'give --data FILE or --sample; one of them');
}

const documentsOf = ({ data, runbooks, service, sample }: Invocation['options'], settings: Settings): LoadRequest => ({
  file: sample === true ? settings.paths.sampleLibrary : text(data),
  dir: text(runbooks),
  service: text(service),
});

async function loadEmbedded(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { options } = invocation;
  for (const name of ['logs', 'setup', 'add-fields'])
    if (options[name] === true) throw new GovernorError('usage', `--${name} needs a cluster: give ELASTICSEARCH_URL`);
  const request = { ...documentsOf(options, settings), dryRun: options['dry-run'] === true };
  const hide = createKnownSecrets(settings.secrets).redact;
  const summary = await withStore(({ store, catalogue }) => loadLibrary(request, { library: store.library, catalogue, hide }));
  print(invocation, summary, () => [loadedLine(summary), ...remarks(summary)]);
  return exitOf(summary);
}

/** What a cluster needs is loaded only where there is one. */
async function onCluster(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { loadIntoCluster } = await import('../load-into-cluster.ts');
  const catalogue = loadCatalogue(settings.paths.catalogue);
  return loadIntoCluster(invocation, { settings, catalogue, documents: documentsOf(invocation.options, settings) });
}
