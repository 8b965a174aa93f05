import type { Action } from '../contracts/catalogue.ts';
import type { NotCounted } from '../contracts/findings.ts';
import { isNameOf, wordsOfNames } from './action-names.ts';
import type { CitedClaim } from './claims.ts';
import type { Citable } from './document-text.ts';
import { actionsNamed, isLogLine, textOf } from './document-text.ts';
import { wordsOf } from './document-words.ts';
import { containsQuote } from './excerpt.ts';
import type { Speaks } from './speaks-to.ts';
import { SHARED_WORDS_MIN } from './speaks-to.ts';
import { simpleWords } from './words.ts';

/** What a citation is judged against. `beganAt` is when this revision's stress began. */
export type Bench = { caseId: string; service: string; action: Action | null; speaks: Speaks; beganAt: string };

type Test = { reason: NotCounted; holds: (document: Citable, claim: CitedClaim, bench: Bench) => boolean };

/** In the order in which a reader wants to know: whose text it is first, what it says last. */
const TESTS: readonly Test[] = [
  { reason: 'other_service', holds: (document, _claim, { service }) => isInScope(document, service) },
  { reason: 'other_stance', holds: (document) => maySupport(document) },
  { reason: 'not_accepted', holds: (document) => isAccepted(document) },
  { reason: 'from_this_case', holds: (document, _claim, { caseId }) => isLogLine(document) || document.from_case !== caseId },
  { reason: 'stored_too_late', holds: (document, _claim, { beganAt }) => isOlder(storedAt(document), beganAt) },
  {
    reason: 'not_the_remedy',
    holds: (document, { claim }, { action }) => isNoRunbook(document) || isTheRemedy(document, claim, action),
  },
  { reason: 'does_not_speak', holds: (document, { claim }, { speaks }) => speaks(document, claim) },
  { reason: 'quote_missing', holds: (document, { quotes }) => quotes.every((quote) => containsQuote(textOf(document), quote)) },
];

/** Why this document, cited for this claim, does not support it; null where it does. */
export const whyNotCounted = (document: Citable, claim: CitedClaim, bench: Bench): NotCounted | null =>
  TESTS.find((test) => !test.holds(document, claim, bench))?.reason ?? null;

export const isInScope = (document: Citable, service: string): boolean =>
  document.service === service || document.service === '*';

/** Null where nobody knows: it then counts, and the card says that its age is unknown. */
export const storedAt = (document: Citable): string | null => (isLogLine(document) ? document.at : (document.stored_at ?? null));

const isOlder = (stored: string | null, beganAt: string): boolean => stored === null || Date.parse(stored) < Date.parse(beganAt);

/** Policies say what is not to be done, and are asked apart. */
const maySupport = (document: Citable): boolean =>
  isLogLine(document) || document.kind === 'runbook' || (document.kind === 'evidence' && document.stance === 'support');

const isNoRunbook = (document: Citable): boolean => isLogLine(document) || document.kind !== 'runbook';

/** A runbook without a status was loaded by people; what was learned from a case has one, and waits for people. */
const isAccepted = (document: Citable): boolean =>
  isLogLine(document) || document.kind !== 'runbook' || document.status === undefined || document.status === 'accepted';

const SAYS_REMEDY =
  /\b(?:runbooks?|playbooks?|document(?:ed|ation|s)?|remed(?:y|ies)|recommend(?:s|ed|ation)?|prescribe[sd]?|procedures?|standard|mitigations?)\b/i;

/** A runbook is no evidence that anything is so: it only shows that its own action is the documented remedy. */
function isTheRemedy(document: Citable, claim: string, action: Action | null): boolean {
  if (isLogLine(document) || document.kind !== 'runbook' || action === null) return false;
  return isNameOf(document.recommended_action, action) && SAYS_REMEDY.test(claim) && namesAction(claim, action);
}

/**
 * Whether a document is about the action at all. What speaks to a claim may be about anything else, and a claim copied out
 * of a poisoned text is spoken to by that very text. A log line tells what happened and not what helps; strangers write it.
 */
export function isAboutAction(document: Citable | undefined, action: Action | null): boolean {
  if (document === undefined || action === null || isLogLine(document)) return false;
  const named = actionsNamed(document);
  if (named.length > 0) return named.some((name) => isNameOf(name, action));
  const names = wordsOfNames(action);
  return wordsOf(document).some((word) => names.has(word));
}

function namesAction(claim: string, action: Action): boolean {
  const names = wordsOfNames(action);
  const shared = simpleWords(claim).filter((word) => names.has(word)).length;
  return shared >= Math.min(SHARED_WORDS_MIN, names.size);
}
