import type { Action } from '../contracts/catalogue.ts';
import { isNameOf, wordsOfNames } from './action-names.ts';
import type { Citable } from './document-text.ts';
import { actionsNamed, textOf } from './document-text.ts';
import { simpleWords } from './words.ts';

/** Content words that a text must share with a claim or with the action's names. */
export const SHARED_WORDS_MIN = 2;
/**
 * A long text shares two words with nearly everything. It is therefore read in passages of this length, in one of which
 * the words have to stand together, and for a claim, which has more words to share than an action's names, one more.
 */
const PASSAGE_CHARS = 500;
const SHARED_WORDS_LONG = 3;

/**
 * Whether a document says something about this claim or this action. One that names actions speaks to those and to no
 * other matter; one that names none speaks where one of its passages shares enough content words. Pure, and the only
 * judge of it, so that every store gives the same answer. `action` is null where the plan resolved to none.
 */
export function speaksTo(document: Citable, claim: string, action: Action | null): boolean {
  const named = actionsNamed(document);
  if (named.length > 0) return action !== null && named.some((name) => isNameOf(name, action));
  const text = textOf(document);
  if (action !== null && mostShared(text, wordsOfNames(action)) >= SHARED_WORDS_MIN) return true;
  const needed = text.length > PASSAGE_CHARS ? SHARED_WORDS_LONG : SHARED_WORDS_MIN;
  return mostShared(text, subjectOf(claim, document.service)) >= needed;
}

/** What a claim is about, the service's own name left out: every document of a service may name that. */
export function subjectOf(claim: string, service: string): Set<string> {
  const name = new RegExp(`(?<![\\p{L}\\p{N}])${service.replace(SYNTAX, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu');
  return new Set(simpleWords(claim.replace(name, ' ')));
}

const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** The most words of the subject that stand together in one passage. */
function mostShared(text: string, subject: ReadonlySet<string>): number {
  if (subject.size === 0) return 0;
  const pieces = piecesOf(text).map((piece) => ({
    chars: piece.length,
    shared: simpleWords(piece).filter((word) => subject.has(word)),
  }));
  return pieces.reduce((most, _piece, from) => Math.max(most, sharedFrom(pieces, from)), 0);
}

type Piece = { chars: number; shared: readonly string[] };

/** Distinct shared words from one piece on, as far as one passage reaches. */
function sharedFrom(pieces: readonly Piece[], from: number): number {
  const shared = new Set(pieces[from]?.shared);
  let chars = pieces[from]?.chars ?? 0;
  for (let at = from + 1; at < pieces.length; at += 1) {
    chars += pieces[at]?.chars ?? 0;
    if (chars > PASSAGE_CHARS) break;
    for (const word of pieces[at]?.shared ?? []) shared.add(word);
  }
  return shared.size;
}

const LONG_PIECE = new RegExp(`[^]{1,${PASSAGE_CHARS}}`, 'gu');

/** Lines and sentences; one without an end is cut. */
function piecesOf(text: string): string[] {
  if (text.length <= PASSAGE_CHARS) return [text];
  return text
    .split(/\n+|(?<=[.!?])\s+/)
    .flatMap((piece) => piece.match(LONG_PIECE) ?? [])
    .filter((piece) => piece.trim() !== '');
}
