import type { LibraryDocument } from '../contracts/documents.ts';
import type { KeyClaim, Plan } from '../contracts/plan.ts';
import { unsplit } from './readable.ts';
import { remembered } from './remembered.ts';
import { BLOB, CARRIERS, NAMED, PRIVATE_KEY, TOKENS } from './secret-forms.ts';

/** What stands in place of something that must not be repeated. */
export const REDACTED = '[redacted]';

/** What is taken out of one place may let another secret be seen beside it. */
const ROUNDS_MAX = 8;

/**
 * Replaces what looks like a secret by `[redacted]`; doing it twice changes nothing more. Characters that nobody sees may
 * split a secret, which is whole again wherever they are left out: a text with such a secret loses them.
 */
export const redact = remembered((text): string => unsplit(text, redactRounds));

function redactRounds(text: string): string {
  let clean = text;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const cleaner = redactOnce(clean);
    if (cleaner === clean) break;
    clean = cleaner;
  }
  return clean;
}

function redactOnce(text: string): string {
  let clean = text.replace(PRIVATE_KEY, REDACTED);
  for (const form of TOKENS) clean = clean.replace(form, REDACTED);
  for (const form of CARRIERS) clean = clean.replace(form, `$1${REDACTED}`);
  for (const form of NAMED) clean = clean.replace(form, withoutValue);
  return clean.replace(BLOB, (blob) => (isRandom(blob) ? REDACTED : blob));
}

/** The same value with every text in it redacted; keys are names and stay. */
export function redactTexts(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactTexts(item)]));
}

/** A document with every text in it redacted; ids and names of actions stay. */
export function redactDocument<T extends LibraryDocument>(document: T, hide: (text: string) => string): T {
  const texts = textsOf(document);
  const clean = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hide(text)]));
  const isClean = Object.entries(texts).every(([name, text]) => clean[name] === text);
  return isClean ? document : { ...document, ...clean };
}

function textsOf(document: LibraryDocument): Record<string, string> {
  if (document.kind === 'runbook') return { title: document.title, body: document.body };
  return document.kind === 'evidence' ? { text: document.text } : { rule: document.rule };
}

/** A plan that did not come through a planner's text: one that a person or a file made. */
export function redactPlan(plan: Plan): Plan {
  const parameters = Object.entries(plan.parameters).map(
    ([name, value]) => [name, typeof value === 'string' ? redact(value) : value] as const,
  );
  const claims: readonly KeyClaim[] = plan.key_claims;
  return {
    ...plan,
    proposed_action: redact(plan.proposed_action),
    parameters: Object.fromEntries(parameters),
    rationale: redact(plan.rationale),
    key_claims: claims.map((claim) => ({
      ...claim,
      claim: redact(claim.claim),
      ...(claim.quote === undefined ? {} : { quote: redact(claim.quote) }),
    })),
  };
}

/** A reference to a secret kept elsewhere is none: `$TOKEN`, `${{ secrets.X }}`, `<your-token>`, `****`; nor is a state. */
const REFERENCE =
  /^["']?(?:[$<{%*]|x{3,}|\.{3}|(?:null|none|true|false|undefined|required|optional|string|changed|expired|invalid|missing|unset|empty|rotated|revoked)\b)/i;
const WORD = /^\p{L}+[.:]?$/u;

/** In prose a colon is followed by a word and then by more of the sentence; in a setting the line ends there. */
function withoutValue(whole: string, name: string, at: number, text: string): string {
  const value = whole.slice(name.length);
  if (REFERENCE.test(value)) return whole;
  const proseGoesOn = /[:=>]\s+$/.test(name) && /^[ \t]+\S/.test(text.slice(at + whole.length, at + whole.length + 3));
  return WORD.test(value) && proseGoesOn ? whole : `${name}${REDACTED}`;
}

const CHANGES_SHARE_MIN = 0.45;
const INTEGRITY = /^sha(?:1|256|384|512)-/;

/**
 * Letters of both cases and digits mixed as by chance. Ids, hashes and uuids are not: hex has one case, and names are
 * made of stretches of one kind, so the kind of letter changes seldom from one place to the next.
 */
function isRandom(blob: string): boolean {
  if (!/[a-z]/.test(blob) || !/[A-Z]/.test(blob) || !/\d/.test(blob) || INTEGRITY.test(blob)) return false;
  if (/^[0-9a-fA-F-]+$/.test(blob) || blob.split(/[-_/]/).some((part) => /^[A-Z]?[a-z]{3,}$/.test(part))) return false;
  const changes = blob.match(/[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g)?.length ?? 0;
  return changes >= blob.length * CHANGES_SHARE_MIN;
}
