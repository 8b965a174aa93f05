import { beforeEach, expect, test } from 'vitest';
import type { Entry } from '../../contracts/entry.ts';
import { createTenure, type Tenure } from '../../src/lanes/tenure.ts';
import { aCase } from '../fixtures/a-case.ts';

const OPENED = aCase().opened();
const CASE = OPENED.now.caseId;
let nowMs = 1_000;
let tenure: Tenure;
let append: (entry: Entry) => void = () => undefined;

beforeEach(() => {
  nowMs = 1_000;
  tenure = createTenure({
    clock: { now: () => nowMs },
    log: {
      onAppend(listener) {
        append = listener;
        return () => true;
      },
    },
  });
});

const openHere = (): void => OPENED.entries.forEach(append);

test('a case that was opened here and leased ever since is ours alone', () => {
  openHere();
  expect(tenure.isSole(CASE)).toBe(false);
  tenure.leased(CASE, 5_000);
  nowMs = 4_000;
  tenure.leased(CASE, 8_000);
  expect(tenure.isSole(CASE)).toBe(true);
});

test.each([
  ['the lease is over', () => undefined],
  ['it was over for a while, and is taken again', () => tenure.leased(CASE, 20_000)],
  ['another process had it', () => tenure.leased(CASE, null)],
])('it is no longer ours alone once %s', (_claim, then) => {
  openHere();
  tenure.leased(CASE, 5_000);
  nowMs = 6_000;
  then();
  expect(tenure.isSole(CASE)).toBe(false);
});

test('a case that another process opened is never ours alone, and an act on it can still be undisturbed', () => {
  tenure.leased(CASE, 5_000);
  const wasAlone = tenure.begin(CASE);
  expect(tenure.isSole(CASE)).toBe(false);
  expect(wasAlone()).toBe(true);
});

test.each([
  ['the lease ran out', () => (nowMs = 6_000)],
  [
    'the lease ran out and was taken again',
    () => {
      nowMs = 6_000;
      tenure.leased(CASE, 20_000);
    },
  ],
  ['another process had the case', () => tenure.leased(CASE, null)],
])('an act during which %s was disturbed', (_claim, then) => {
  openHere();
  tenure.leased(CASE, 5_000);
  const wasAlone = tenure.begin(CASE);
  expect(wasAlone()).toBe(true);
  then();
  expect(wasAlone()).toBe(false);
});

test('an act that begins without a lease is taken as disturbed', () => {
  expect(tenure.begin(CASE)()).toBe(false);
});
