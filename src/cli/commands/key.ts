import { hostname, userInfo } from 'node:os';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { readPersonalKey, writeNewKey } from '../personal-key.ts';

const YOURS = 'YOUR-SLACK-USER-ID';

export const key: Command = {
  name: 'key',
  usage: 'new FILE [--name NAME] [--user SLACK-ID] | show FILE',
  says: 'makes a personal key to decide with on the command line, or shows the public half of one',
  words: { min: 2, max: 2 },
  options: {
    name: { type: 'string', says: 'how the config is to call the key' },
    user: { type: 'string', says: 'whose it is: the id in Slack, U…' },
  },
  async run(invocation) {
    const [verb = '', file = ''] = invocation.words;
    if (verb === 'new') return made(file, invocation);
    if (verb === 'show') return shown(file, invocation);
    throw new GovernorError('usage', `\`${verb}\` is neither new nor show`);
  },
};

// Written as it is, not as other lines: what looks like a secret is taken out of those, and a public key looks like one.
const write = ({ out }: Invocation, lines: readonly string[]): void => void out.write(lines.map((line) => `${line}\n`).join(''));

function made(file: string, invocation: Invocation): ExitCode {
  const { name = `${userInfo().username}@${hostname()}`, user = YOURS } = invocation.options;
  const public_key = writeNewKey(file);
  const listing = { name, user, public_key };
  if (invocation.json) write(invocation, [JSON.stringify({ file, public_key, listing }, null, 2)]);
  else
    write(invocation, [
      `public key  ${public_key}`,
      'Put this under approvers[].keys in governor.config.json, in a rule with the rights it is to have, and restart the governor:',
      `  ${JSON.stringify(listing)}`,
    ]);
  return EXIT.good;
}

function shown(file: string, invocation: Invocation): ExitCode {
  const { publicKey: public_key } = readPersonalKey(file);
  write(invocation, [invocation.json ? JSON.stringify({ file, public_key }, null, 2) : public_key]);
  return EXIT.good;
}
