import type { LibraryDocument } from '../../contracts/documents.ts';
import { randomFrom } from './figures.ts';

const SERVICES = 50;
const VOCABULARY = 5_000;
const CONTRADICTING = 0.3;
/** Documents of one kind about one matter; as many words name it. */
const PER_MATTER = 4;
const STORED_AT = '2026-01-01T00:00:00.000Z';

export const serviceOf = (number: number): string => `svc-${number % SERVICES}`;

/**
 * A source of made-up words, the common ones far commoner than the rest. Two documents of 25 words share two or more in
 * three of a hundred cases, about as the content words of real runbooks and evidence do.
 */
export function createWords(seed: number): (count: number) => string {
  const random = randomFrom(seed);
  const one = (): string => `w${Math.floor(VOCABULARY * random() ** 2).toString(36)}x`;
  return (count) => Array.from({ length: count }, one).join(' ');
}

/** What the documents of a service are about, four words each: a queue that grows, a pool that runs dry. */
function mattersOf(size: number): (service: number, at: number) => string {
  const perService = Math.max(1, Math.floor(size / SERVICES / PER_MATTER));
  const words = createWords(3);
  const matters = Array.from({ length: SERVICES * perService }, () => words(PER_MATTER));
  return (service, at) => matters[(service % SERVICES) * perService + (at % perService)] ?? '';
}

/** The words of an incident of that number: one of the matters that the service's documents are about. */
export function createSummaries(size: number): (number: number) => string {
  const matter = mattersOf(size);
  return (number) => matter(number, Math.floor(number / SERVICES));
}

/** As many runbooks and as many evidence documents, spread over fifty services; the runbooks recommend this action. */
export function madeUpLibrary(size: number, action: string): LibraryDocument[] {
  const words = createWords(5);
  const random = randomFrom(11);
  const matter = createSummaries(size);
  return Array.from({ length: size }, (_one, at): LibraryDocument[] => [
    {
      kind: 'runbook',
      id: `rb-${at}`,
      service: serviceOf(at),
      title: `${matter(at)} ${words(2)}`,
      body: words(40),
      recommended_action: action,
      status: 'accepted',
      stored_at: STORED_AT,
    },
    {
      kind: 'evidence',
      id: `ev-${at}`,
      service: serviceOf(at),
      stance: random() < CONTRADICTING ? 'contradict' : 'support',
      text: `${matter(at)} ${words(4)}. ${words(17)}.`,
      stored_at: STORED_AT,
    },
  ]).flat();
}
