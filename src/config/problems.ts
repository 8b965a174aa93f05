import { GovernorError } from '../../pipeline/errors.ts';

/** One thing that is wrong with what the governor is to be started with: where it stands, which key, and why. */
export type SettingProblem = { file: string; key: string; reason: string };

/** The file name that stands for environment variables in a problem. */
export const ENVIRONMENT = 'environment';

const PROBLEMS_SHOWN_MAX = 50;

/** `file: key: reason`, the key left out where the whole file is meant. */
export const sayProblem = ({ file, key, reason }: SettingProblem): string =>
  [file, key, reason].filter((part) => part !== '').join(': ');

/**
 * Refuses to go on. All problems are told at once, because a person who mends a file wants to mend it once; the first
 * line is the sentence, each further line one problem.
 */
export function refuseFor(code: string, sentence: string, problems: readonly SettingProblem[]): never {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `  ${sayProblem(problem)}`);
  const more = problems.length - shown.length;
  throw new GovernorError(code, [sentence, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'));
}
