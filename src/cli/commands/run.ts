import { join } from 'node:path';
import { readConfig } from '../../config.ts';
import { playAll } from '../../demo/play-all.ts';
import { readScenario, scenarioNames } from '../../demo/scenarios.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import type { Line } from '../print.ts';
import { print, writeLines } from '../print.ts';

export const run: Command = {
  name: 'run',
  usage: 'SCENARIO|all',
  says: 'plays a told example in a sandbox of its own and compares its end with what the example says',
  words: { min: 1, max: 1 },
  options: {},
  async run(invocation) {
    const settings = readConfig({ slack: 'unneeded' });
    const { scenarios: dir } = settings.paths;
    const names = invocation.words[0] === 'all' ? scenarioNames(dir) : [invocation.words[0] ?? ''];
    const chosen = names.map((name) => readScenario(join(dir, `${name}.json`), scenarioNames(dir)));
    const tell = (lines: readonly Line[]): void => void (invocation.json || writeLines(invocation.out, lines));
    const played = await playAll(settings, chosen, tell);
    if (invocation.json) print(invocation, played, () => []);
    return played.every(({ differences }) => differences.length === 0) ? EXIT.good : EXIT.badNews;
  },
};
