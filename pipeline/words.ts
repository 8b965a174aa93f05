import { isPlain } from './readable.ts';
import { remembered } from './remembered.ts';

/** Longer runs of letters are no words: encoded blobs, keys, traces. */
const WORD_CHARS_MAX = 64;
/** What is read of one text; the bodies of documents are bounded to the same. */
const TEXT_CHARS_MAX = 200_000;

/**
 * Words that carry no subject: the grammar of English, and what every text about incidents says anyway. Two texts that
 * share only these have nothing in common.
 */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above after again against all also already although always am an and another any anyway are as at back be because been ' +
    'before began begin being below between both but by can cannot come could did do does doing done down during each either else ' +
    'ended even ever every few first for from further get gets give given go goes going gone got had has have having he her here him ' +
    'his how however i if in instead into is it its itself just keep kept know last let like made make makes many may me might more ' +
    'most much must my need needed needs neither never new no nor not nothing now of off often ok on once one only or other our out ' +
    'over own per please rather same see seen set she should show shown shows since so some still such take taken takes than that ' +
    'the their them then there these they thing this those though through thus to together too took toward towards two under until ' +
    'up upon us use used uses using usually very via was way we well were what when where whether which while who whole whom whose ' +
    'why will with within without would yes yet you your ' +
    'action case cause caused causes day days ends event hour hours incident incidents issue issues minute minutes problem problems ' +
    'second seconds service services time times today kb mb gb ms utc'
  ).split(' '),
);

// Zero-width and other format characters could split a word that people read as one.
const INVISIBLE = /\p{Cf}/gu;
const TOKEN = /[\p{L}\p{N}]+(?:[_-]+[\p{L}\p{N}]+)*/gu;
const CAMEL_HUMPS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\p{N}+/gu;
const CAMEL = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u;
const NUMBER = /^\p{N}+$/u;
const HTTP_STATUS = /^[45]\d\d$/;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2,}$/u;

/**
 * The distinct content words of a text, in order of appearance: NFKC, case folded, endings of plurals and verbs taken
 * off, grammar left out. A compound (`restart_api_pods`, `error-rate`, `KubePodCrashLooping`) gives its parts and
 * itself. Of bare numbers only HTTP error statuses are kept; other figures are shared by chance.
 */
export const words = (text: string): string[] => [...distinctWords(text)];

function readWords(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [token] of readable(text).matchAll(TOKEN)) for (const word of wordsOfToken(token)) found.add(word);
  return [...found];
}

const distinctWords = remembered(readWords);

/** Texts repeat their words: what a token gives is kept, up to so many, because reading is most of the work of a stress. */
const KEPT_MAX = 20_000;
const kept = new Map<string, readonly string[]>();

function wordsOfToken(token: string): readonly string[] {
  const before = kept.get(token);
  if (before !== undefined) return before;
  const found = new Set<string>();
  addToken(found, token);
  const now = [...found];
  if (kept.size >= KEPT_MAX) kept.clear();
  if (token.length <= WORD_CHARS_MAX) kept.set(token, now);
  return now;
}

/** The words of a text without its compounds, so that one shared compound is not counted beside its own parts. */
export const simpleWords = (text: string): string[] => distinctWords(text).filter((word) => !isCompound(word));

/** The same of one token of a long text: there are many, and remembering each would push out the texts that come again. */
export const simpleWordsOfToken = (token: string): string[] => readWords(token).filter((word) => !isCompound(word));

export const isCompound = (word: string): boolean => word.includes('_') || word.includes('-');

export function sharedWords(one: Iterable<string>, other: ReadonlySet<string>): string[] {
  return [...new Set(one)].filter((word) => other.has(word));
}

function readable(text: string): string {
  const read = text.slice(0, TEXT_CHARS_MAX);
  return isPlain(read) ? read : read.normalize('NFKC').replace(INVISIBLE, '');
}

function addToken(found: Set<string>, token: string): void {
  const parts = token.split(/[_-]+/);
  if (parts.length > 1) add(found, token.toLowerCase());
  for (const part of parts) {
    if (CAMEL.test(part)) for (const [hump] of part.matchAll(CAMEL_HUMPS)) addSimple(found, hump);
    addSimple(found, part);
  }
}

function addSimple(found: Set<string>, part: string): void {
  const word = part.toLowerCase();
  if (UNSPACED.test(word)) addPairs(found, word);
  else if (saysSomething(word)) add(found, fold(word));
}

const saysSomething = (word: string): boolean =>
  NUMBER.test(word) ? HTTP_STATUS.test(word) : word.length > 1 && !STOP_WORDS.has(word);

/** Scripts that write no spaces are compared by pairs of letters. */
function addPairs(found: Set<string>, run: string): void {
  const letters = [...run];
  for (let at = 1; at < letters.length; at += 1) add(found, `${letters[at - 1]}${letters[at]}`);
}

function add(found: Set<string>, word: string): void {
  if (word.length <= WORD_CHARS_MAX) found.add(word);
}

const VOWEL = /[aeiouy]/;
const DOUBLED = /([bdfgmnprt])\1$/;
const SHORT = 3;

/**
 * Brings the forms of one English word together: `scale`, `scales`, `scaled`, `scaling` are all `scal`. The result
 * need not be a word; it only has to be the same on both sides.
 */
export function fold(word: string): string {
  if (word.length <= SHORT || !/^[a-z]+$/.test(word)) return word;
  const singular = withoutPlural(word);
  const plain = withoutEnding(singular);
  return plain.length > SHORT && plain.endsWith('e') ? plain.slice(0, -1) : plain;
}

function withoutPlural(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

function withoutEnding(word: string): string {
  const stem = stemOf(word);
  return stem === word || stem.length <= SHORT ? stem : stem.replace(DOUBLED, '$1');
}

function stemOf(word: string): string {
  if (word.endsWith('ied')) return `${word.slice(0, -3)}y`;
  if (/[^e]ed$/.test(word)) return longEnough(word, 2);
  if (word.endsWith('ing')) return longEnough(word, 3);
  // `saturation` and `saturated`, `connection` and `connected` mean the same matter.
  return /.{3}tion$/.test(word) ? word.slice(0, -3) : word;
}

function longEnough(word: string, ending: number): string {
  const stem = word.slice(0, -ending);
  return stem.length >= SHORT && VOWEL.test(stem) ? stem : word;
}
