import { describe, expect, test } from 'vitest';
import type { Timings } from '../../pipeline/next.ts';
import { nextStep, RECHECKS_MAX } from '../../pipeline/next.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';

const timings: Timings = { hold_window_s: 60, approval_expiry_s: 3_600, reminders_at: [0.5, 0.9], clock_skew_s: 2 };
const here = { connectedSinceMs: 0 };
const away = { connectedSinceMs: null };
const verify = { settleS: 1, windowS: 5 };

const due = (told: TestCase, presence: { connectedSinceMs: number | null } = here) =>
  nextStep(told.now, timings, presence, verify);
const step = (told: TestCase) => due(told)?.step ?? null;

describe('one entry at a time, next names the step that is due', () => {
  test.each<[string, TestCase, string | null]>([
    ['an opened case is planned', aCase().opened(), 'plan'],
    ['a plan is stressed', aCase().opened().planned(), 'stress'],
    ['a stressed plan is decided', aCase().opened().planned().stressed(), 'gate'],
    ['a decision that Slack has not confirmed waits', aCase().opened().posted().planned().stressed().gated(), null],
    ['a shown decision to execute is executed', aCase().decided(), 'execute'],
    ['a rejected case is over', aCase().decided().by('rejected'), null],
    ['a started execution without an outcome is settled', aCase().decided().started(), 'settle'],
    ['a done execution is verified', aCase().decided().started().recorded('done'), 'verify'],
    ['a failed execution waits for people', aCase().decided().started().recorded('failed'), null],
    ['an unknown outcome is asked for again', aCase().decided().started().recorded('unknown'), 'settle'],
    ['an execution that never ran becomes a new revision', aCase().decided().started().recorded('never_ran'), 'revise'],
    ['an execution that was not sent becomes a new revision', aCase().decided().started().recorded('not_sent'), 'revise'],
    ['a recovered service teaches', aCase().decided().started().recorded('done').verified('recovered'), 'learn'],
    [
      'a service that did not recover teaches nothing',
      aCase().decided().started().recorded('done').verified('not_recovered'),
      null,
    ],
    ['no data teaches nothing', aCase().decided().started().recorded('done').verified('no_data'), null],
    ['no answer of telemetry is asked for later, too', aCase().decided().started().recorded('done').unanswered(), 'verify'],
    ['a voided revision becomes a new one', aCase().decided().voided(), 'revise'],
  ])('%s', (_claim, told, expected) => {
    expect(step(told)).toBe(expected);
  });
});

test('a block waits for people and expires; it never executes', () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  expect(told.now.status).toBe('pending_approval');
  expect(step(told)).toBe('remind');
});

test('the hold window starts when Slack confirmed the card', () => {
  const told = aCase().decided();
  expect(due(told)).toEqual({ step: 'execute', atMs: told.atMs + 60_000 });
});

test('the hold window only counts while Slack is connected, and anew from each reconnection', () => {
  const told = aCase().decided();
  expect(due(told, away)).toEqual({ step: 'expire', atMs: told.atMs + 3_600_000 });
  expect(due(told, { connectedSinceMs: told.atMs + 40_000 })).toEqual({ step: 'execute', atMs: told.atMs + 100_000 });
});

test('an approved revision waits for no hold window', () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  const shownMs = told.atMs;
  expect(due(told.approved())).toEqual({ step: 'execute', atMs: shownMs });
});

test('an approval that is one of two needed executes nothing', () => {
  const told = aCase({ wrong: { contradictions: 2 } })
    .decided()
    .approved('U0000LEAD', 'approve', 1, 2);
  expect(told.now.status).toBe('pending_approval');
  expect(step(told)).toBe('remind');
});

test('a held case is never executed, and its expiry goes on', () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  const shownMs = told.atMs;
  told.approved().by('held');
  expect(told.now.status).toBe('held');
  expect(step(told)).toBe('remind');
  told
    .add({ kind: 'reminded', revision: 1, ts: '1700000200.000100' })
    .add({ kind: 'reminded', revision: 1, ts: '1700000300.000100' });
  expect(due(told)).toEqual({ step: 'expire', atMs: shownMs + 3_600_000 });
});

test('a released case is what it was before it was held', () => {
  const told = aCase({ wrong: { contradictions: 2 } })
    .decided()
    .by('held');
  expect(told.by('released').now.status).toBe('pending_approval');
  expect(told.approved().by('held').by('released').now.status).toBe('ready_to_execute');
});

test('holding stops execution, not thinking', () => {
  expect(step(aCase().opened().planned().by('held'))).toBe('stress');
  expect(step(aCase().opened().planned().stressed().by('held'))).toBe('gate');
  const told = aCase().opened().planned().by('held').stressed().gated();
  expect(told.now.status).toBe('held');
});

test('a plan that keeps changing under its approvers is looked at again only when a person asks', () => {
  const told = aCase().decided().voided();
  for (let round = 0; round < RECHECKS_MAX; round += 1) {
    expect(step(told)).toBe('revise');
    told.planned({ origin: 'recheck' }).stressed().gated().voided();
  }
  expect(step(told)).toBeNull();
});

test('a service that recovered by itself asks people, and what was approved before no longer answers', () => {
  const told = aCase({ wrong: { contradictions: 2 } })
    .decided()
    .approved();
  told.add({ kind: 'waiting', revision: 1, for: 'recovered_meanwhile', until: null, detail: 'well again' });
  expect(told.now.status).toBe('pending_approval');
  expect(told.now.revisions[0]?.approvals).toEqual([]);
  expect(step(told)).toBe('remind');
  const free = aCase()
    .decided()
    .add({ kind: 'waiting', revision: 1, for: 'recovered_meanwhile', until: null, detail: 'well again' });
  expect(free.now.status).toBe('pending_approval');
});

test('a source that is not trusted to run by itself waits for a person even where every rule passes', () => {
  const told = aCase({ auto: false }).decided();
  expect(told.now.status).toBe('pending_approval');
  expect(told.approved().now.status).toBe('ready_to_execute');
});

test.each([
  [0, 0],
  [1, 2_000],
  [2, 4_000],
  [5, 32_000],
  [7, 60_000],
])('after %i revisions in a row that never ran the next one waits %i ms', (before, waitMs) => {
  const { now } = aCase().decided().started().recorded('not_sent');
  const [first] = now.revisions;
  if (first === undefined) throw new Error('the case has no revision');
  const repeats = Array.from({ length: before }, (_one, at) => ({
    ...first,
    revision: at + 2,
    planned: { ...first.planned, revision: at + 2, origin: 'not_run' as const },
  }));
  const execution = now.execution === null ? null : { ...now.execution, revision: before + 1 };
  const state = { ...now, revisions: [first, ...repeats], execution };
  const due = nextStep(state, timings, { connectedSinceMs: 0 }, null);
  expect(due).toEqual({ step: 'revise', atMs: Date.parse(now.lastAt) + waitMs });
});
