import type { Command } from '../command.ts';
import { run } from './run.ts';

export const demo: Command = {
  name: 'demo',
  usage: '',
  says: 'plays every told example in the terminal, with nothing to configure',
  words: { min: 0, max: 0 },
  options: {},
  run: (invocation) => run.run({ ...invocation, words: ['all'] }),
};
