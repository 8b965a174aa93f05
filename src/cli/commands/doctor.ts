import { problemOf } from '../../../pipeline/errors.ts';
import { loadCatalogue } from '../../config/catalogue-file.ts';
import { readConfig, type Settings } from '../../config.ts';
import { createLog } from '../../log.ts';
import { bad, type Finding } from '../../operations/finding.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import {
  approverCheck,
  auditCheck,
  configCheck,
  executorCheck,
  kibanaChecks,
  libraryCheck,
  nodeCheck,
  slackCheck,
  storeCheck,
} from '../doctor-checks.ts';
import { escalationChecks, jiraChecks } from '../doctor-outside.ts';
import { withStore } from '../opened.ts';
import type { Line } from '../print.ts';
import { bad as badPart, faint, good as goodPart, print, strong } from '../print.ts';

export const doctor: Command = {
  name: 'doctor',
  usage: '',
  says: 'checks what the governor needs, each finding with its fix',
  words: { min: 0, max: 0 },
  options: {},
  async run(invocation) {
    // A config or a catalogue that is refused ends here already, with file, key and reason.
    const settings = readConfig({ slack: 'unneeded' });
    const catalogue = loadCatalogue(settings.paths.catalogue);
    const log = createLog({ ...settings, logLevel: 'warn' });
    const findings = [
      nodeCheck(),
      configCheck({ settings, catalogue }),
      ...(await stored(settings)),
      await executorCheck({ settings, catalogue, log }),
      await slackCheck({ settings, log }),
      ...(await kibanaChecks({ settings })),
      ...(await jiraChecks({ settings, log })),
      ...(await escalationChecks({ settings, log })),
    ];
    print(invocation, findings, () => linesOf(findings));
    return findings.every(({ ok }) => ok) ? EXIT.good : EXIT.badNews;
  },
};

/** The cluster, where there is one, then what is kept: opening a store may make indices, so only a whole one is opened. */
async function stored(settings: Settings): Promise<Finding[]> {
  if (settings.elasticsearch === null) return withStore(storeFindings);
  const [{ checkCluster }, { withCluster }] = await Promise.all([
    import('../../operations/check-cluster.ts'),
    import('../../operations/with-cluster.ts'),
  ]);
  const { findings, openable } = await withCluster(settings, (cluster) =>
    checkCluster({ ...cluster, config: settings.config, now: Date.now }),
  );
  const unopened = (found: string, fix: string): Finding[] => [
    ...findings,
    bad('store', found, fix),
    approverCheck({ settings }),
  ];
  if (!openable) return unopened('not opened', 'mend first what is found of Elasticsearch above');
  try {
    return [...findings, ...(await withStore(storeFindings))];
  } catch (fault) {
    return unopened(problemOf(fault), 'mend first what is found of Elasticsearch above, and run doctor again');
  }
}

const storeFindings = async (opened: Parameters<typeof storeCheck>[0]): Promise<Finding[]> => [
  await storeCheck(opened),
  await auditCheck(opened),
  approverCheck(opened),
  await libraryCheck(opened),
];

const MARKS = { good: goodPart('ok '), tip: strong('tip'), bad: badPart('FIX') };
const markOf = ({ ok, fix }: Finding) => (ok ? MARKS[fix === null ? 'good' : 'tip'] : MARKS.bad);

function linesOf(findings: readonly Finding[]): Line[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.flatMap((finding) => [
    [markOf(finding), '  ', strong(finding.check.padEnd(width)), '  ', finding.found],
    ...(finding.fix === null ? [] : [[' '.repeat(width + 7), faint(finding.fix)]]),
  ]);
}
