import type { Command } from '../command.ts';
import type { Line } from '../print.ts';
import { strong, writeLines } from '../print.ts';
import { run } from './run.ts';

/** What a reader may want next, once the examples have been seen. */
const WAY_ON: readonly Line[] = [
  '',
  strong('The way on'),
  '  npm start                          the same by hand: a workspace on this machine, opened in a browser',
  '  npm run --silent cli -- doctor     what this installation has and lacks, each finding with its fix',
  '  a Slack workspace of your own      create an app from manifest.yml, then set SLACK_BOT_TOKEN and',
  '                                     SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET for signed HTTP)',
];

export const demo: Command = {
  name: 'demo',
  usage: '',
  says: 'plays every told example in the terminal, with nothing to configure',
  words: { min: 0, max: 0 },
  options: {},
  async run(invocation) {
    const code = await run.run({ ...invocation, words: ['all'] });
    if (!invocation.json) writeLines(invocation.out, WAY_ON);
    return code;
  },
};
