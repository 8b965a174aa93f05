import type { Action } from '../../contracts/catalogue.ts';
import type { ExecutorsConfig } from '../../contracts/executors.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { isInCluster } from '../config/in-cluster.ts';
import type { Settings } from '../config/settings.ts';
import type { OutsideOptions } from './executors.ts';

type Given = Pick<Settings, 'config' | 'executorSecrets' | 'kibana' | 'paths' | 'elasticsearch'>;

/** What the executors outside the sandbox are made from, out of the settings of this installation. */
export function outsideOf(settings: Given, { actions }: Pick<Catalogue, 'actions'>): OutsideOptions {
  const { config, executorSecrets, kibana, paths } = settings;
  // Processes that share a log in a cluster may stand anywhere; the embedded store is one file on one machine.
  const oneMachine = !isInCluster(settings, 'log');
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
