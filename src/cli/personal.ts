import type { ApproverRule } from '../../contracts/config.ts';
import type { People } from '../../pipeline/decisions.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { listedKey, NO_GROUPS } from '../../pipeline/personal-keys.ts';
import { createSigner, type Signer } from '../../pipeline/personal-statement.ts';
import { systemClock as clock } from '../app/core.ts';
import type { Invocation, OptionSpec } from './command.ts';
import { type PersonalKey, readPersonalKey } from './personal-key.ts';

export const KEY_OPTION: OptionSpec = { type: 'string', says: 'your own key, made by governor key new, which the config lists' };

/** The key that `--key` names, read before anything is opened. */
export function keyOf({ options }: Pick<Invocation, 'options'>): PersonalKey {
  const { key } = options;
  if (typeof key === 'string') return readPersonalKey(key);
  throw new GovernorError(
    'usage',
    'give --key FILE: what the command line decides is signed with a personal key (governor key new)',
  );
}

/** Who decides here. Without a listed key `signer` is null, and `by` names the key, so that the trail can tell of the attempt. */
export type Holder = { by: string; signer: Signer | null };

export function holderOf({ privateKey, publicKey }: PersonalKey, rules: readonly ApproverRule[]): Holder {
  const listed = listedKey(rules, publicKey);
  if (listed === null) return { by: `key:${publicKey}`, signer: null };
  const { user, name: keyName } = listed;
  return { by: user, signer: createSigner({ user, keyName, publicKey, privateKey, now: clock.now }) };
}

const LISTED = 'listed';

/**
 * The people of a command line. The operator's list stands in for Slack's word: whoever holds a listed key is a person of
 * this team, and has the rights that rules give by name, for user groups are not asked for.
 */
export const LISTED_PEOPLE: People = {
  ownTeam: () => LISTED,
  person: async (id) => ({ id, teamId: LISTED, isBot: false, deleted: false, name: id }),
  groups: async () => NO_GROUPS,
};
