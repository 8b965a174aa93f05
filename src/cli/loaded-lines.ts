import { sayProblem } from '../config/problems.ts';
import type { LoadSummary } from '../library-files/load-library.ts';
import { EXIT, type ExitCode } from './command.ts';
import { bad, faint, type Line } from './print.ts';

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export function loadedLine({ dry_run, runbooks, evidence, policies }: LoadSummary): Line {
  const loaded = [counted(runbooks, 'runbook'), counted(evidence, 'evidence document'), counted(policies, 'policy', 'policies')];
  return `${dry_run ? 'Would load' : 'Loaded'} ${loaded.join(', ')}.`;
}

export const remarks = ({ notes, problems }: LoadSummary): Line[] => [
  ...notes.map((note): Line => [faint('note'), `      ${sayProblem(note)}`]),
  ...problems.map((problem): Line => [bad('left out'), `  ${sayProblem(problem)}`]),
];

export const exitOf = ({ problems }: LoadSummary): ExitCode => (problems.length > 0 ? EXIT.badNews : EXIT.good);
