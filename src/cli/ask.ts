import { createInterface } from 'node:readline/promises';
import { GovernorError } from '../../pipeline/errors.ts';

export type Asking = { input: NodeJS.ReadableStream; output: NodeJS.WritableStream };

export const isTerminal = (stream: NodeJS.ReadableStream | NodeJS.WritableStream): boolean =>
  'isTTY' in stream && stream.isTTY === true;

/**
 * Has a person type `word` before something goes that cannot be brought back. A script that cannot be asked is refused:
 * it has to say beforehand, by `--yes`, that it means it.
 */
export async function confirmed(question: string, word: string, { input, output }: Asking): Promise<boolean> {
  if (!isTerminal(input) || !isTerminal(output))
    throw new GovernorError('usage', 'nobody can be asked here, where there is no terminal: give --yes to go on without');
  const lines = createInterface({ input, output });
  try {
    const answer = await Promise.race([lines.question(`${question} Type ${word} to go on: `), ended(lines)]);
    return answer.trim() === word;
  } finally {
    lines.close();
  }
}

/** The end of input is an answer too: no. */
const ended = (lines: NodeJS.EventEmitter): Promise<string> => new Promise((resolve) => lines.once('close', () => resolve('')));
