import type { LibraryDocument } from '../../contracts/documents.ts';
import { randomFrom } from './figures.ts';

const SERVICES = 50;
const VOCABULARY = 5_000;
const CONTRADICTING = 0.3;
const STORED_AT = '2026-01-01T00:00:00.000Z';

export const serviceOf = (number: number): string => `svc-${number % SERVICES}`;

/** A source of made-up words, the common ones far commoner than the rest, as in real text. */
export function createWords(seed: number): (count: number) => string {
  const random = randomFrom(seed);
  const one = (): string => `w${Math.floor(VOCABULARY * random() ** 3).toString(36)}x`;
  return (count) => Array.from({ length: count }, one).join(' ');
}

/** As many runbooks and as many evidence documents, spread over fifty services; the runbooks recommend this action. */
export function madeUpLibrary(size: number, action: string): LibraryDocument[] {
  const words = createWords(5);
  const random = randomFrom(11);
  return Array.from({ length: size }, (_one, at): LibraryDocument[] => [
    {
      kind: 'runbook',
      id: `rb-${at}`,
      service: serviceOf(at),
      title: words(6),
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
      text: words(25),
      stored_at: STORED_AT,
    },
  ]).flat();
}
