import type { ApproverRule } from '../contracts/config.ts';
import type { Entry } from '../contracts/entry.ts';
import type { GroupMembers, Matter, Right } from './authority.ts';
import { grantsOf, holdsRight } from './authority.ts';
import type { CaseState, KeyMark } from './case-state.ts';
import { isPersonal, keyOf, signatureOf } from './personal-statement.ts';

/** A key as the config lists it, and the person it stands for. */
export type ListedKey = { name: string; user: string };

/** User groups are Slack's, which a command line does not ask: there, people have the rights that rules give them by name. */
export const NO_GROUPS: GroupMembers = new Map();

const bytesOf = (publicKey: string): string => Buffer.from(publicKey, 'base64').toString('base64');

/** Whom this key stands for now; null where no rule lists it. */
export function listedKey(rules: readonly ApproverRule[], publicKey: string): ListedKey | null {
  const wanted = bytesOf(publicKey);
  const found = rules.flatMap((rule) => rule.keys).find((key) => bytesOf(key.public_key) === wanted);
  return found === undefined ? null : { name: found.name, user: found.user };
}

const isListedFor = (rules: readonly ApproverRule[], by: string, { publicKey }: KeyMark): boolean =>
  listedKey(rules, publicKey)?.user === by;

/** Why something that a key has signed does not count now; null where it does. Each completes a sentence. */
export function whyUnsigned(
  rules: readonly ApproverRule[],
  by: string,
  key: KeyMark,
  right: Right,
  matter: Matter,
): string | null {
  if (!isListedFor(rules, by, key))
    return `was signed with the key “${key.name}”, which the approver config does not list for them`;
  return grantsOf(rules, by, NO_GROUPS, matter)[right] === null ? 'was signed by somebody who has no such right any more' : null;
}

/** Why the release that ended the last hold does not stand, in a sentence; null where it does, or where nothing was held. */
export function fallenRelease({ released, incident }: CaseState, rules: readonly ApproverRule[]): string | null {
  if (released === null || released.key === null) return null;
  const why = whyUnsigned(rules, released.by, released.key, 'release', incident);
  return why === null ? null : `the release of ${released.by} ${why}`;
}

/** Whether a `resumed` ends the pause: from the command line only one that is signed with a key of somebody who may override now. */
export function mayResume({ body, ...place }: Entry, rules: readonly ApproverRule[]): boolean {
  if (body.kind !== 'resumed' || !isPersonal(body)) return false;
  if (body.via !== 'cli') return true;
  const key = keyOf(body);
  if (key === null || signatureOf(place, body) !== 'good') return false;
  return isListedFor(rules, body.by, key) && holdsRight(rules, body.by, NO_GROUPS, 'override');
}
