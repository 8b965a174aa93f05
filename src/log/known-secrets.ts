import { unsplit } from '../../pipeline/readable.ts';
import { REDACTED, redact } from '../../pipeline/redaction.ts';

/** Shorter values stand in ordinary words; hiding them would blot out the text and hide nothing. */
const SECRET_CHARS_MIN = 4;
/** Encoded forms are looked for only where they are long enough to mean this secret and no chance run of letters. */
const ENCODED_CHARS_MIN = 8;

export type KnownSecrets = {
  /** Values that come to be known later, such as those that a sandbox gives itself. */
  add(secrets: readonly string[]): void;
  /** The text without any known secret, however it is coded, and without anything that looks like one. */
  redact(text: string): string;
  /** The text without any known secret and otherwise as it is: for texts that something else still has to read. */
  hideKnown(text: string): string;
};

/** Redaction of the very values this installation was given, beside the token forms that everybody knows. */
export function createKnownSecrets(initial: readonly string[]): KnownSecrets {
  const forms = new Set<string>();
  let pattern: RegExp | null = null;

  const add = (secrets: readonly string[]): void => {
    for (const secret of secrets) for (const form of formsOf(secret)) forms.add(form);
    // The longest first, so that a form which contains another one goes as a whole.
    const longestFirst = [...forms].sort((a, b) => b.length - a.length);
    pattern = longestFirst.length === 0 ? null : new RegExp(longestFirst.map(literally).join('|'), 'g');
  };

  add(initial);
  const hidden = (text: string): string => (pattern === null ? text : text.replace(pattern, REDACTED));
  const hideKnown = (text: string): string => (pattern === null ? text : unsplit(text, hidden));
  return { add, hideKnown, redact: (text) => redact(hideKnown(text)) };
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A secret as it is, in an address, in JSON, in hex, and in base64 wherever it may begin in the encoded bytes. */
export function formsOf(secret: string): string[] {
  if (secret.length < SECRET_CHARS_MIN) return [];
  const hex = Buffer.from(secret).toString('hex');
  const inAddress = encodeURIComponent(secret.toWellFormed());
  const plain = [
    secret,
    inAddress,
    inAddress.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
  ];
  const encoded = [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((offset) => base64At(secret, offset))];
  return [...new Set([...plain, ...encoded.filter((form) => form.length >= ENCODED_CHARS_MIN)])];
}

const BITS_A_BYTE = 8;
const BITS_A_LETTER = 6;

/** The letters that only depend on the secret itself when it starts `offset` bytes into what is encoded. */
function base64At(secret: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const from = Math.ceil((offset * BITS_A_BYTE) / BITS_A_LETTER);
  const to = Math.floor((bytes.length * BITS_A_BYTE) / BITS_A_LETTER);
  return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
}
