import type { Citable } from './document-text.ts';
import { textOf } from './document-text.ts';
import { simpleWords } from './words.ts';

/** A long text is read in passages of this length: words that stand further apart are not about one matter. */
export const PASSAGE_CHARS = 500;

/** A stretch of a document's text: its length, and the words in it. */
export type Piece = { chars: number; words: ReadonlySet<string> };

// A document is compared with many claims of many cases, and its words are read once for all of them. Only where it is
// frozen, as stores give it: of those documents it is certain that they still say the same.
const pieces = new WeakMap<Citable, readonly Piece[]>();
const words = new WeakMap<Citable, readonly string[]>();

/** A document's text in lines and sentences, each with its words; a short text is one piece. */
export function piecesOf(document: Citable): readonly Piece[] {
  const known = pieces.get(document);
  if (known !== undefined) return known;
  const read = cut(textOf(document)).map((piece) => ({ chars: piece.length, words: new Set(simpleWords(piece)) }));
  if (Object.isFrozen(document)) pieces.set(document, read);
  return read;
}

/** The distinct words of a document's whole text, compounds left out. */
export function wordsOf(document: Citable): readonly string[] {
  const known = words.get(document);
  if (known !== undefined) return known;
  const read = [...new Set(piecesOf(document).flatMap((piece) => [...piece.words]))];
  if (Object.isFrozen(document)) words.set(document, read);
  return read;
}

const LONG_PIECE = new RegExp(`[^]{1,${PASSAGE_CHARS}}`, 'gu');

/** One without an end is cut. */
function cut(text: string): string[] {
  if (text.length <= PASSAGE_CHARS) return [text];
  return text
    .split(/\n+|(?<=[.!?])\s+/)
    .flatMap((piece) => piece.match(LONG_PIECE) ?? [])
    .filter((piece) => piece.trim() !== '');
}
