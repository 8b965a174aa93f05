import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Scenario } from '../../contracts/scenario.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';

const ENDING = '.json';

export const scenarioNames = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => basename(name, ENDING))
    .sort();

export function readScenario(file: string, known: readonly string[]): Scenario {
  if (!known.includes(basename(file, ENDING)) || !existsSync(file)) {
    throw new GovernorError('usage', `there is no scenario \`${basename(file, ENDING)}\`; known: ${known.join(', ')}`);
  }
  try {
    return Scenario.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (fault) {
    throw new GovernorError('scenario_refused', `${file}: ${problemOf(fault)}`, { cause: fault });
  }
}
