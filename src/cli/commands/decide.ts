import { readFileSync } from 'node:fs';
import { decideLine } from '../../../pipeline/decide-line.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { readConfig } from '../../config.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';

const STDIN = 0;

function linesOf(file: string): string[] {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch (fault) {
    throw new GovernorError('usage', `\`${file}\` cannot be read: ${problemOf(fault)}`, { cause: fault });
  }
}

export const decide: Command = {
  name: 'decide',
  usage: 'FILE.jsonl',
  says: 'runs the gate over findings, a line each; `-` reads standard input; nothing is stored and nothing runs',
  words: { min: 1, max: 1 },
  options: {},
  async run({ words, out }) {
    const { gate } = readConfig({ slack: 'unneeded' }).config;
    const decisions = linesOf(words[0] ?? '').map((line) => decideLine(line, gate));
    // JSON lines in either case: that is what scripts and people with jq want of many decisions.
    for (const decision of decisions) out.write(`${JSON.stringify(decision)}\n`);
    return decisions.some(({ decision }) => decision !== 'execute') ? EXIT.badNews : EXIT.good;
  },
};
