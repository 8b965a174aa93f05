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

/** Whether a name means this action, however it is spelled. It is for judging what texts speak about, never for choosing what runs. */
export const isNameOf = (name: string, action: Action): boolean => {
  const spelled = spelling(name);
  return spelled !== '' && namesOf(action).some((known) => spelling(known) === spelled);
};

export const wordsOfNames = (action: Action): Set<string> => new Set(namesOf(action).flatMap(simpleWords));
