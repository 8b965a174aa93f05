import { ABSENT, COLLECTED, collectedAttacks, OWN_ATTACKS } from '../attacks/corpus.ts';
import { PLACE_NAMES } from '../attacks/outcome-places.ts';
import type { Planned } from '../attacks/outcomes-play.ts';
import { outcomeSuite } from '../attacks/outcomes-suite.ts';
import { LEARNING_ATTACKS, WRITING_NAMES } from '../attacks/summaries.ts';

/** Cases that are open at once. */
const CHUNK = 600;

/** OUTCOMES=all plays each of ours in every way; else every place gets some of the ways, and every way some of the places. */
const WAYS = process.env.OUTCOMES === 'all' ? WRITING_NAMES.length : 4;

/** Ours in every place. */
const ours = (): Planned[] =>
  [...OWN_ATTACKS, ...LEARNING_ATTACKS].flatMap((text, at) =>
    PLACE_NAMES.flatMap((place, shift) =>
      Array.from({ length: WAYS }, (_, step) => ({
        text,
        place,
        way: WRITING_NAMES[((at + shift) * WAYS + step) % WRITING_NAMES.length] ?? '',
      })),
    ),
  );

/** The collected ones in every place by itself, each time written in another way. */
const collected = (): Planned[] =>
  collectedAttacks().flatMap((text, at) =>
    PLACE_NAMES.map((place, shift) => ({ text, place, way: WRITING_NAMES[(at + shift) % WRITING_NAMES.length] ?? '' })),
  );

function inChunks(name: string, all: readonly Planned[]): void {
  for (let at = 0; at < all.length; at += CHUNK) {
    const planned = all.slice(at, at + CHUNK);
    outcomeSuite({ name: `${name}, ${at + 1} to ${at + planned.length}`, planned: () => planned, absent: false });
  }
}

inChunks('our own texts in every place', ours());
if (COLLECTED) inChunks('every collected text in every place', collected());
else outcomeSuite({ name: `every collected text in every place (${ABSENT})`, planned: () => [], absent: true });
