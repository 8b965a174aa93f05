/** The next number from 0 to 1, 1 excluded. */
export type Chance = () => number;

const STEP = 0x6d2b79f5;
const RANGE = 2 ** 32;

/** FNV-1a, 32 bits: small, and the same on every machine. */
export function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}

/** The same numbers in the same order for the same key: a counter, and each count mixed until it looks like chance. */
export function chanceOf(key: string): Chance {
  let count = hashOf(key);
  return () => {
    count = (count + STEP) >>> 0;
    let mixed = Math.imul(count ^ (count >>> 15), count | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / RANGE;
  };
}

export const between = (chance: Chance, min: number, max: number): number => min + Math.floor(chance() * (max - min + 1));

/** One of them; `list` must hold at least one. */
export function oneOf<T>(chance: Chance, list: readonly T[]): T {
  const found = list[Math.floor(chance() * list.length)];
  if (found === undefined) throw new RangeError('nothing to choose from');
  return found;
}

export type Weighted = { readonly weight: number };

/** One of them, in proportion to their weights. */
export function oneByWeight<T extends Weighted>(chance: Chance, list: readonly T[]): T {
  let left = chance() * list.reduce((sum, { weight }) => sum + weight, 0);
  const found = list.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found ?? oneOf(chance, list);
}
