import type { Action } from '../contracts/catalogue.ts';
import { simpleWords } from './words.ts';

/** All that people call an action. */
export const namesOf = (action: Action): string[] => [action.id, action.title, ...action.aliases];

/** One spelling for `Restart API-pods`, `restart_api_pods` and `restart api pods`: letters and digits, single spaces. */
export const spelling = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

type Known = { spellings: ReadonlySet<string>; words: ReadonlySet<string> };

/** An entry of the catalogue never changes, so what it is called is worked out once. */
const known = new WeakMap<Action, Known>();

function knownOf(action: Action): Known {
  const before = known.get(action);
  if (before !== undefined) return before;
  const names = namesOf(action);
  const now = { spellings: new Set(names.map(spelling)), words: new Set(names.flatMap(simpleWords)) };
  known.set(action, now);
  return now;
}

/** Whether a name means this action, however it is spelled. It is for judging what texts speak about, never for choosing what runs. */
export const isNameOf = (name: string, action: Action): boolean => isSpelled(spelling(name), action);

/** The same for a name that is already in its one spelling. */
export const isSpelled = (spelled: string, action: Action): boolean => spelled !== '' && knownOf(action).spellings.has(spelled);

export const wordsOfNames = (action: Action): ReadonlySet<string> => knownOf(action).words;
