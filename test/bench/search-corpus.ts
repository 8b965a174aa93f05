import type { Runbook } from '../../contracts/documents.ts';
import { randomFrom } from './figures.ts';

const VOCABULARY = 20_000;
const SERVICES = 50;
/** Of a hundred runbooks, those that hold for every service. */
const STAR_PERCENT = 2;
const TITLE_WORDS = 6;
const BODY_WORDS = 60;
/** The commonest words are asked for by nobody, as stop words would be. */
const COMMON = 100;
const QUERIES = 256;
const STORED_AT = '2026-01-01T00:00:00.000Z';

export type Query = { words: string[]; service: string };

/** Words whose frequency falls as in real text: the n-th is about n times rarer than the first. */
function createDraw(seed: number): () => string {
  const random = randomFrom(seed);
  const sums = new Float64Array(VOCABULARY);
  let sum = 0;
  for (let at = 0; at < VOCABULARY; at += 1) {
    sum += 1 / (at + 2.7) ** 1.05;
    sums[at] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, VOCABULARY - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return wordOf(low);
  };
}

const SYLLABLES = ['ba', 'lo', 'mi', 'ra', 'tu', 'kin', 'no', 'vi', 'par', 'zo', 'du', 'fo', 'gan', 'hy', 'ju', 'wol'] as const;

/** Made-up words of syllables, so that many begin alike, as real ones do; no tokenizer takes one apart or cuts its ending. */
function wordOf(number: number): string {
  let word = '';
  for (let left = number + SYLLABLES.length + 1; left > 0; left = Math.floor(left / SYLLABLES.length))
    word += SYLLABLES[left % SYLLABLES.length];
  return word;
}

const COMMON_WORDS: ReadonlySet<string> = new Set(Array.from({ length: COMMON }, (_one, at) => wordOf(at)));

export function corpus(size: number): Runbook[] {
  const draw = createDraw(11);
  const random = randomFrom(7);
  const text = (count: number): string => Array.from({ length: count }, draw).join(' ');
  return Array.from(
    { length: size },
    (_one, at): Runbook => ({
      kind: 'runbook',
      id: `rb-${at}`,
      service: random() * 100 < STAR_PERCENT ? '*' : `svc${Math.floor(random() * SERVICES)}`,
      title: text(TITLE_WORDS),
      recommended_action: '',
      body: text(BODY_WORDS),
      status: 'accepted',
      stored_at: STORED_AT,
    }),
  );
}

/** Four words that stand together in one runbook, asked for its service. */
export function queriesOf(documents: readonly Runbook[]): Query[] {
  const every = Math.max(1, Math.floor(documents.length / QUERIES));
  return documents
    .filter((document, at) => at % every === 0 && document.service !== '*')
    .slice(0, QUERIES)
    .map(({ body, service }) => ({
      service,
      words: [...new Set(body.split(' '))].filter((word) => !COMMON_WORDS.has(word)).slice(0, 4),
    }));
}
