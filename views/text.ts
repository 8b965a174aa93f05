/**
 * Slack's limits, in UTF-16 units. Where Slack documents none, ours is the figure named in the comment. No other file
 * of this folder holds a number that is a limit.
 */
export const LIMITS = {
  messageBlocks: 50,
  /** Slack refuses a message somewhere above 11,000 characters of block text and documents no figure. */
  messageChars: 10_000,
  /** The text beside the blocks: notification and screen reader. */
  messageText: 3_000,
  /** Ours: what a phone shows of a notification. */
  cardText: 400,
  viewBlocks: 100,
  header: 150,
  section: 3_000,
  fields: 10,
  field: 2_000,
  contextElements: 10,
  contextText: 2_000,
  alert: 200,
  buttons: 25,
  button: 75,
  buttonValue: 2_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  /** Ours; Slack takes 3,000, but an address that long is no link to a ticket. */
  url: 500,
  /** Ours: an address in Kibana carries a whole filter; two of them and the card still fit one message. */
  kibanaUrl: 1_500,
  planTasks: 50,
  taskTitle: 150,
  options: 100,
  optionGroups: 100,
  option: 75,
  optionValue: 150,
  placeholder: 150,
  modalTitle: 24,
  label: 2_000,
  hint: 2_000,
  input: 3_000,
  privateMetadata: 3_000,
  tableRows: 100,
  tableCell: 300,
  /** Ours: a code span longer than this hides the words around it. */
  code: 200,
} as const;

export const ELLIPSIS = '…';

/** Characters that show nothing or turn the text around them: bidi controls, zero widths, fillers, tags, selectors. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const CONTROL = /[\p{Cc}\u2800]/gu;
/** Every character that a reader could not see or could take for a plain space. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** More marks on one letter than any script needs: they are piled up to cover the lines around. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

const PLAIN = /^[\n\x20-\x7e]*$/;

/** Printable ASCII and line ends, as most texts are: nothing in it can be hidden. */
const isPlain = (text: string): boolean => PLAIN.test(text);

/** Untrusted text as a person can read it: no control, no invisible and no direction-turning character, line ends kept. */
export function prose(data: string): string {
  if (isPlain(data)) return data.replace(/\n{3,}/g, '\n\n');
  return data
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(CONTROL, (character) => (character === '\n' ? '\n' : ' '))
    .replace(INVISIBLE, '')
    .replace(PILED_MARKS, '$1');
}

/** The same in one line, for labels and lists. */
export const oneLine = (data: string): string => prose(data).replace(/\s+/g, ' ').trim();

/**
 * A value that decides something, so that two different values never look alike: quoted, with each character that
 * could not be seen written as its code point.
 */
export function exact(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(JSON.stringify(value));
  return visible(text);
}

/** Text as it is, but with what could not be seen made visible. */
export function visible(text: string): string {
  if (isPlain(text) && !text.includes('\n')) return text;
  return text.toWellFormed().replace(UNSEEN, (character) => (character === ' ' ? ' ' : codePoint(character)));
}

const codePoint = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** At most `max` units with an ellipsis as the last one; never half a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, Math.max(0, max - ELLIPSIS.length));
  return `${head.replace(/[\ud800-\udbff]$/, '').trimEnd()}${ELLIPSIS}`;
}

/** Slack's three entities: without them data could mention people and hide links behind labels. */
export const entities = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Addresses that Slack would turn into links by itself where a text stands outside of blocks. */
export const unlinked = (text: string): string =>
  text
    .replace(/:\/\//g, '[:]//')
    .replace(/\bwww\./gi, 'www[.]')
    .replace(/(\S)@(\S)/g, '$1[@]$2');

/** Pieces of at most `max` units, split at line ends where one is near, joined again by nothing. */
export function pieces(text: string, max: number): string[] {
  const found: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const at = splitPoint(rest, max);
    found.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return rest === '' ? found : [...found, rest];
}

function splitPoint(text: string, max: number): number {
  const line = text.lastIndexOf('\n', max - 1) + 1;
  if (line > max / 2) return line;
  const halved = /[\ud800-\udbff]/.test(text.charAt(max - 1));
  return halved ? max - 1 : max;
}
