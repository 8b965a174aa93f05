import type { Action } from '../contracts/catalogue.ts';
import { isNameOf, wordsOfNames } from './action-names.ts';
import type { Citable } from './document-text.ts';
import { actionsNamed, textOf } from './document-text.ts';
import type { Piece } from './document-words.ts';
import { PASSAGE_CHARS, piecesOf } from './document-words.ts';
import { simpleWords } from './words.ts';

/** Content words that a text must share with a claim or with the action's names. */
export const SHARED_WORDS_MIN = 2;
/**
 * A long text shares two words with nearly everything. It is therefore read in passages, in one of which the words have
 * to stand together, and for a claim, which has more words to share than an action's names, one more.
 */
const SHARED_WORDS_LONG = 3;

/** Whether a document says something about a claim or about the action in question. */
export type Speaks = (document: Citable, claim: string) => boolean;

/**
 * Whether a document says something about this claim or this action. One that names actions speaks to those and to no
 * other matter; one that names none speaks where one of its passages shares enough content words. Pure, and the only
 * judge of it, so that every store gives the same answer. `action` is null where the plan resolved to none.
 */
export const speaksTo = (document: Citable, claim: string, action: Action | null): boolean =>
  createSpeaks(action)(document, claim);

/** The same for many documents and claims: each text is read once. */
export function createSpeaks(action: Action | null): Speaks {
  const names = action === null ? NO_WORDS : wordsOfNames(action);
  const readings = new WeakMap<Citable, Reading>();
  const subjects = new Map<string, Map<string, ReadonlySet<string>>>();

  const reading = (document: Citable): Reading => {
    const known = readings.get(document) ?? read(document, action, names);
    readings.set(document, known);
    return known;
  };
  const subject = (claim: string, service: string): ReadonlySet<string> => {
    const ofService = subjects.get(service) ?? new Map<string, ReadonlySet<string>>();
    const known = ofService.get(claim) ?? subjectOf(claim, service);
    subjects.set(service, ofService.set(claim, known));
    return known;
  };

  return (document, claim) => {
    const { verdict, pieces, needed } = reading(document);
    return verdict ?? mostShared(pieces, subject(claim, document.service)) >= needed;
  };
}

const NO_WORDS: ReadonlySet<string> = new Set();

/** `verdict` is set where no claim can change it. */
type Reading = { verdict: boolean | null; pieces: readonly Piece[]; needed: number };

function read(document: Citable, action: Action | null, names: ReadonlySet<string>): Reading {
  const named = actionsNamed(document);
  const needed = SHARED_WORDS_MIN;
  if (named.length > 0) return { verdict: action !== null && named.some((name) => isNameOf(name, action)), pieces: [], needed };
  const pieces = piecesOf(document);
  if (mostShared(pieces, names) >= SHARED_WORDS_MIN) return { verdict: true, pieces: [], needed };
  return { verdict: null, pieces, needed: textOf(document).length > PASSAGE_CHARS ? SHARED_WORDS_LONG : needed };
}

/** What a claim is about, the service's own name left out: every document of a service may name that. */
export const subjectOf = (claim: string, service: string): Set<string> =>
  new Set(simpleWords(claim.replace(patternOf(service), ' ')));

const PATTERNS_MAX = 1_000;
const patterns = new Map<string, RegExp>();

/** The service's name where it stands as a name of its own; made once, because making it costs more than using it. */
function patternOf(service: string): RegExp {
  const known = patterns.get(service);
  if (known !== undefined) return known;
  const made = new RegExp(`(?<![\\p{L}\\p{N}])${service.replace(SYNTAX, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu');
  if (patterns.size >= PATTERNS_MAX) patterns.clear();
  patterns.set(service, made);
  return made;
}

const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** The most words of the subject that stand together in one passage. */
function mostShared(pieces: readonly Piece[], subject: ReadonlySet<string>): number {
  if (subject.size === 0) return 0;
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return countShared(only.words, subject);
  const shared = pieces.map(({ chars, words }) => ({ chars, words: [...subject].filter((word) => words.has(word)) }));
  let most = 0;
  for (const [from, { words }] of shared.entries()) if (words.length > 0) most = Math.max(most, sharedFrom(shared, from));
  return most;
}

/** Counted by hand, and over the fewer words, because every document is asked about every claim. */
function countShared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [fewer, more] = one.size < other.size ? [one, other] : [other, one];
  let shared = 0;
  for (const word of fewer) if (more.has(word)) shared += 1;
  return shared;
}

type Shared = { chars: number; words: readonly string[] };

/** Distinct shared words from one piece on, as far as one passage reaches. */
function sharedFrom(pieces: readonly Shared[], from: number): number {
  const shared = new Set(pieces[from]?.words);
  let chars = pieces[from]?.chars ?? 0;
  for (let at = from + 1; at < pieces.length; at += 1) {
    chars += pieces[at]?.chars ?? 0;
    if (chars > PASSAGE_CHARS) break;
    for (const word of pieces[at]?.words ?? []) shared.add(word);
  }
  return shared.size;
}
