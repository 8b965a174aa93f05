import type { Action } from '../../contracts/catalogue.ts';
import type { Evidence } from '../../contracts/documents.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Stance } from '../../contracts/words.ts';
import { namesOf } from '../../pipeline/action-names.ts';
import { wordsOf } from '../../pipeline/document-words.ts';
import type { Library } from '../../pipeline/ports.ts';
import { createSpeaks } from '../../pipeline/speaks-to.ts';
import { sharedWords, simpleWords, words } from '../../pipeline/words.ts';

/** What an incident says in words, and what a person who sent a plan back said about it. */
export const textsOf = ({ summary, symptoms }: Incident, remarks: string | null): string =>
  [remarks ?? '', summary, ...symptoms].filter((text) => text !== '').join('\n');

export const subjectWords = (text: string): ReadonlySet<string> => new Set(simpleWords(text));

export type EvidenceQuestion = { service: string; stance: Stance; claims: readonly string[]; action: Action | null };

/**
 * Every evidence document of the stance that speaks to a claim or to the action, claim by claim. Found by filter, so that
 * none is missed for its rank; asked once for all claims, because a service's documents are much the same for each.
 */
export async function evidenceThatSpeaks(
  library: Library,
  { service, stance, claims, action }: EvidenceQuestion,
): Promise<(claim: string) => Evidence[]> {
  const names = action === null ? [] : namesOf(action);
  const asked = [...new Set([...claims, ...names].flatMap(words))];
  const found = await library.candidates({ service, stance, words: asked });
  const speaks = createSpeaks(action);
  return (claim) => found.filter((document) => speaks(document, claim));
}

/** The nearest to the incident first; of two alike the one of this service, then by id, so that the order is always the same. */
export function nearestFirst(evidence: readonly Evidence[], subject: ReadonlySet<string>): Evidence[] {
  const near = new Map(evidence.map((document) => [document.id, sharedWords(wordsOf(document), subject).length]));
  const own = (document: Evidence): number => (document.service === '*' ? 1 : 0);
  return [...evidence].sort((a, b) => (near.get(b.id) ?? 0) - (near.get(a.id) ?? 0) || own(a) - own(b) || (a.id < b.id ? -1 : 1));
}
