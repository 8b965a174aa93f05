import { GovernorError } from '../../../pipeline/errors.ts';
import { isInCluster } from '../../config/in-cluster.ts';
import { readConfig, type Settings } from '../../config.ts';
import { createLog } from '../../log.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { bad, print } from '../print.ts';
import { grouped, progressOn } from '../progress-bar.ts';

export const rebuild: Command = {
  name: 'rebuild',
  usage: '',
  says: 'draws the copies of cases and executions on a cluster anew from the log, also while the app runs',
  words: { min: 0, max: 0 },
  options: {},
  async run(invocation) {
    const settings = readConfig({ slack: 'unneeded' });
    if (isInCluster(settings, 'log')) return rebuildInCluster(invocation, settings);
    const nothing = { cases: 0, executions: 0, ahead: 0, created: [] };
    print(invocation, nothing, () => ['Nothing to rebuild: the embedded store keeps the log alone, and no copies of it.']);
    return EXIT.good;
  },
};

async function rebuildInCluster(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const [{ rebuildOnCluster }, { withCluster }] = await Promise.all([
    import('../../operations/rebuild-on-cluster.ts'),
    import('../../operations/with-cluster.ts'),
  ]);
  const log = createLog({ ...settings, logLevel: 'warn' });
  const steps = progressOn(invocation.err, 'rebuild');
  const rebuilt = await withCluster(settings, (cluster) => rebuildOnCluster({ ...cluster, log, steps }));
  if (!rebuilt.ok) throw new GovernorError(rebuilt.refusal, rebuilt.problem);
  const { cases, executions, ahead, created } = rebuilt;
  print(invocation, { cases, executions, ahead, created }, () => [
    ...(created.length === 0 ? [] : [`Made ${created.join(', ')}.`]),
    `Drew the copies of ${grouped(cases)} cases and ${grouped(executions)} executions.`,
    ...(ahead === 0 ? [] : [[bad('FAULT'), `  ${aheadOf(ahead)}`]]),
  ]);
  return ahead === 0 ? EXIT.good : EXIT.badNews;
}

const aheadOf = (ahead: number): string =>
  `${ahead === 1 ? '1 copy is' : `${grouped(ahead)} copies are`} ahead of the log: somebody wrote into them or put an older log back`;
