import { once } from 'node:events';
import { GovernorConfig } from '../../../contracts/config.ts';
import type { ReplayedCase, ReplayedDecision, ReplayTotals, UnreadableCase } from '../../../contracts/replay.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { configProblems } from '../../config/config-checks.ts';
import { readJson } from '../../config/json-file.ts';
import { refuseFor } from '../../config/problems.ts';
import { replay as replayAll } from '../../replay/replay.ts';
import { replayWith } from '../../replay/replay-case.ts';
import { sinceMsOf } from '../../replay/since.ts';
import type { Command, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { decisionPart } from '../inks.ts';
import { withStore } from '../opened.ts';
import type { Line, Part } from '../print.ts';
import { bad, faint, good, strong, writeLines } from '../print.ts';

const CONFIG_BYTES_MAX = 1_048_576;

export const replay: Command = {
  name: 'replay',
  usage: '[CASE ...] [--config FILE] [--since INSTANT]',
  says: 'decides recorded cases again, from their recorded findings, with other thresholds; nothing runs and nothing is written',
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    config: { type: 'string', says: 'a governor.config.json to decide with; the current one where it is left out' },
    since: { type: 'string', says: 'only decisions from this day or instant on' },
  },
  async run(invocation) {
    const { config: file, since } = invocation.options;
    const given = typeof file === 'string' ? readGiven(file) : null;
    const sinceMs = typeof since === 'string' ? sinceMsOf(since) : undefined;
    const { totals } = await withStore(async ({ store, settings }) => {
      const asked = replayWith(given ?? settings.config, sinceMs);
      const each = (one: ReplayedCase | UnreadableCase) => tell(invocation, one);
      return replayAll({ ...asked, log: store.caseLog, caseIds: invocation.words, each });
    }).then((all) => told(invocation, all), wrongCase);
    return totals.differing_cases + totals.unreadable_cases > 0 ? EXIT.badNews : EXIT.good;
  },
};

function readGiven(file: string): GovernorConfig {
  const read = readJson(file, GovernorConfig, CONFIG_BYTES_MAX);
  const problems = read.ok ? configProblems(read.value).map((problem) => ({ file, ...problem })) : read.problems;
  if (read.ok && problems.length === 0) return read.value;
  return refuseFor('usage', 'the configuration is refused, nothing was decided:', problems);
}

/** A case that was named and is not there is a wrong word, and no difference. */
function wrongCase(fault: unknown): never {
  if (fault instanceof GovernorError && fault.code === 'unknown_case')
    throw new GovernorError('usage', fault.message, { cause: fault });
  throw fault;
}

/** Waits where the reader is slower, so that a log of any length goes through a bounded memory. */
async function tell({ out, json }: Invocation, one: ReplayedCase | UnreadableCase): Promise<void> {
  const lines = json ? [] : linesOf(one);
  if (json) out.write(`${JSON.stringify(one)}\n`);
  else if (lines.length > 0) writeLines(out, lines);
  if ('writableNeedDrain' in out && out.writableNeedDrain === true) await once(out, 'drain');
}

function told({ out, err, json }: Invocation, all: ReplayTotals): ReplayTotals {
  if (json) out.write(`${JSON.stringify(all)}\n`);
  else writeLines(out, totalLines(all));
  const { program_faults: faults } = all.totals;
  if (faults > 0) writeLines(err, [faultLine(faults)]);
  return all;
}

const faultLine = (faults: number): Line => [
  bad('THE PROGRAM IS AT FAULT'),
  `: ${faults === 1 ? 'one decision comes' : `${faults} decisions come`} out differently from the same findings and the same thresholds. Report it with \`governor bundle CASE\`.`,
];

const linesOf = (one: ReplayedCase | UnreadableCase): Line[] =>
  'problem' in one
    ? [[strong(one.case_id), '  ', bad('cannot be read'), `: ${one.problem}`]]
    : one.differing.flatMap((decision) => decisionLines(one, decision));

function decisionLines({ case_id, service, severity }: ReplayedCase, one: ReplayedDecision): Line[] {
  const marks: Part[] = one.program_fault ? ['  ', bad('FAULT OF THE PROGRAM')] : [];
  return [
    [strong(case_id), ` revision ${one.revision}  ${severity} on ${service}, decided ${one.at}`, ...marks],
    ...one.differs.map((name): Line => ['  ', faint(name.padEnd(8)), '  ', ...changeOf(one, name)]),
  ];
}

function changeOf({ recorded, replayed }: ReplayedDecision, name: ReplayedDecision['differs'][number]): readonly Part[] {
  if (name === 'decision') return [decisionPart(recorded.decision), ' would be ', decisionPart(replayed.decision)];
  if (name === 'reasons') return [`${listed(recorded.reasons)} would be ${listed(replayed.reasons)}`];
  if (name === 'needs') return [`${NEEDS[recorded.needs]} would be ${NEEDS[replayed.needs]}`];
  if (name === 'rules') return ['a rule measures or passes otherwise than it did'];
  return [`${recorded.flips.length} ways out would be ${replayed.flips.length}, or others`];
}

const NEEDS = { none: 'nobody', approve: 'an approval', override: 'an override', nothing_passes: 'nothing passes' };
const listed = (reasons: readonly string[]): string => reasons.join(', ') || 'no reason';

function totalLines({ totals }: ReplayTotals): Line[] {
  const { differing_decisions: differing, need_nobody: nobody } = totals;
  const found = differing === 0 ? good('none would be another') : bad(`${differing} would be others`);
  return [
    [`${totals.decisions} decisions of ${totals.cases} cases: `, found, '.'],
    `Executed and would be blocked: ${totals.execute_to_block}; blocked and would be executed: ${totals.block_to_execute}.`,
    `Needed nobody: ${nobody.recorded}; would need nobody: ${nobody.replayed}.`,
    `Made with these very thresholds: ${totals.same_thresholds}.`,
    ...(totals.unreadable_cases > 0 ? [bad(`Cases that cannot be read: ${totals.unreadable_cases}.`)] : []),
  ];
}
