import type { Action } from '../../contracts/catalogue.ts';
import type { ExecutorsConfig } from '../../contracts/executors.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Settings } from '../config/settings.ts';
import type { OutsideOptions } from './executors.ts';

type Given = Pick<Settings, 'config' | 'executorSecrets' | 'kibana' | 'paths' | 'elasticsearch'>;

/** What the executors outside the sandbox are made from, out of the settings of this installation. */
export function outsideOf(
  { config, executorSecrets, kibana, paths, elasticsearch }: Given,
  { actions }: Pick<Catalogue, 'actions'>,
): OutsideOptions {
  // Processes that share a log in a cluster may stand anywhere; the embedded store is one file on one machine.
  const oneMachine = elasticsearch === null || !config.elasticsearch.use.includes('log');
  return { config: config.executors, secrets: executorSecrets, kibana, actions, home: paths.home, oneMachine };
}

/** Actions whose program the config does not list, sorted: they could be approved and would always be refused. */
export function unlistedPrograms(actions: Iterable<Action>, { command }: Pick<ExecutorsConfig, 'command'>): string[] {
  if (!command.enabled) return [];
  const unlisted = [...actions].filter(
    ({ command: order }) => order !== undefined && !command.programs.includes(order.argv[0] ?? ''),
  );
  return unlisted.map(({ id }) => id).sort();
}
