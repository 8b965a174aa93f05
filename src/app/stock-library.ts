import type { Catalogue } from '../../pipeline/catalogue.ts';
import { loadPolicies } from '../config/policies-file.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';

type Parts = { settings: Settings; store: Pick<Store, 'library'>; catalogue: Catalogue; log: Log };

/**
 * What the library holds from the start: the policies that the config names, each time, and in a simulated workspace
 * the sample documents, once. Policies that cannot be read end the start: without them more would be allowed.
 */
export async function stockLibrary({ settings, store: { library }, catalogue, log }: Parts): Promise<void> {
  const { paths, simulated } = settings;
  if (paths.policies !== null) {
    const { policies, warnings } = loadPolicies(paths.policies, catalogue);
    for (const warning of warnings) log.warn(warning);
    await library.put(policies);
  }
  if (!simulated) return;
  const { runbooks, evidence, policies } = await library.counts();
  if (runbooks + evidence + policies > 0) return;
  // Reading files needs more than an ordinary start does, YAML for one, and so is loaded here.
  const { loadLibrary } = await import('../library-files/load-library.ts');
  const loaded = await loadLibrary({ file: paths.sampleLibrary }, { library, catalogue });
  for (const { file, key, reason } of loaded.problems) log.error('a sample document was left out', { file, key, reason });
  log.info('the sample library is loaded', { runbooks: loaded.runbooks, evidence: loaded.evidence, policies: loaded.policies });
}
