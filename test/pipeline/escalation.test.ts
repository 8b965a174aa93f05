import { describe, expect, test } from 'vitest';
import type { EscalationReason } from '../../contracts/escalation.ts';
import { EscalationReason as Reasons } from '../../contracts/escalation.ts';
import { escalationsDue, type Ladder, type Target } from '../../pipeline/escalation.ts';
import { isOpen } from '../../pipeline/showing.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';

const target = (change: Partial<Target>): Target => ({
  name: 'webhook',
  channel: 'webhook',
  to: 'pager.example',
  afterS: 0,
  nextInLine: false,
  ...change,
});
const NEXT = target({ name: 'next-1', channel: 'dm', to: 'U0000LEAD', afterS: 600, nextInLine: true });
const ladder: Ladder = { reasons: [...Reasons.options], targets: [target({}), NEXT] };
const BLOCKED = { wrong: { contradictions: 2 } };

const told = (story: TestCase, key: string, outcome: 'sent' | 'failed' = 'sent'): TestCase => {
  const [reason] = key.split(':') as [EscalationReason];
  return story.add({
    kind: 'escalated',
    revision: story.revision,
    reason,
    key,
    channel: 'webhook',
    to: 'pager.example',
    outcome,
    detail: '',
  });
};
const keysOf = (story: TestCase, by = ladder): string[] => escalationsDue(story.now, by).map(({ key }) => key);

describe('which cases stand still', () => {
  test.each<[string, () => TestCase, EscalationReason | null]>([
    [
      'one that the gate blocked, even before Slack shows it',
      () => aCase(BLOCKED).opened().planned().stressed().gated(),
      'blocked',
    ],
    ['one in its hold window does not', () => aCase().decided(), null],
    ['one that waits for a person although every rule passed', () => aCase({ auto: false }).decided(), 'blocked'],
    ['one that a person holds does not: somebody knows of it', () => aCase(BLOCKED).decided().by('held'), null],
    ['one that was released is blocked again', () => aCase(BLOCKED).decided().by('held').by('released'), 'blocked'],
    ['one that was approved does not', () => aCase(BLOCKED).decided().approved(), null],
    ['one with one of two approvals', () => aCase(BLOCKED).decided().approved('U0000LEAD', 'approve', 1, 2), 'blocked'],
    ['one that a re-check voided goes on by itself', () => aCase(BLOCKED).decided().approved().voided(), null],
    ['one that did not recover', () => aCase().decided().started().recorded('done').verified('not_recovered'), 'not_recovered'],
    [
      'one without telemetry after its action',
      () => aCase().decided().started().recorded('done').verified('no_data'),
      'not_recovered',
    ],
    ['one whose outcome nobody knows', () => aCase().decided().started().recorded('unknown'), 'outcome_unknown'],
    ['one that an executor refused', () => aCase().decided().started().recorded('refused'), 'not_recovered'],
    [
      'one that no step can carry on',
      () => aCase().decided().add({ kind: 'failed', step: 'execute', problem: 'lost' }),
      'failed',
    ],
    ['one that expired', () => aCase(BLOCKED).decided().add({ kind: 'expired', revision: 1 }), 'expired'],
    ['one that was rejected does not', () => aCase(BLOCKED).decided().by('rejected'), null],
    ['one that recovered does not', () => aCase().decided().started().recorded('done').verified('recovered'), null],
  ])('%s', (_claim, story, reason) => {
    expect(story().now.need?.reason ?? null).toBe(reason);
  });
});

test('a standstill keeps its beginning while the case is shown, reminded of and told', () => {
  const story = aCase(BLOCKED).opened().planned().stressed().gated();
  const { since } = story.now.need ?? { since: '' };
  told(story.posted().shown().add({ kind: 'reminded', revision: 1, ts: '1700000200.000100' }), 'blocked:webhook');
  expect(story.now.need?.since).toBe(since);
});

test('the first target is due at once, the next in line after its time, each counted from the beginning', () => {
  const story = aCase(BLOCKED).decided();
  const sinceMs = Date.parse(story.now.need?.since ?? '');
  expect(escalationsDue(story.now, ladder).map(({ key, atMs }) => [key, atMs])).toEqual([
    ['blocked:webhook', sinceMs],
    ['blocked:next-1', sinceMs + 600_000],
  ]);
});

test('whoever was told is not told of the same reason again, reached or not, in any later revision', () => {
  const story = told(told(aCase(BLOCKED).decided(), 'blocked:webhook', 'failed'), 'blocked:next-1');
  expect(keysOf(story)).toEqual([]);
  story.planned({ origin: 'look_again' }).stressed().gated();
  expect(story.now.need?.revision).toBe(2);
  expect(keysOf(story)).toEqual([]);
});

test('another reason is told anew', () => {
  const story = told(aCase(BLOCKED).decided(), 'blocked:webhook').approved().started().recorded('unknown');
  expect(keysOf(story)).toEqual(['outcome_unknown:webhook', 'outcome_unknown:next-1']);
});

test('nothing is due where a person acted before the time of the next in line', () => {
  expect(keysOf(told(aCase(BLOCKED).decided(), 'blocked:webhook').by('rejected'))).toEqual([]);
});

test('reasons that the config leaves out are told to nobody', () => {
  expect(keysOf(aCase(BLOCKED).decided(), { ...ladder, reasons: ['failed'] })).toEqual([]);
});

test('a closed case stays open until its first targets are told, and never waits for the next in line', () => {
  const story = aCase(BLOCKED).opened().posted().planned().stressed().gated().shown();
  told(story, 'blocked:webhook').add({ kind: 'expired', revision: 1 });
  expect(keysOf(story)).toEqual(['expired:webhook']);
  for (const { seq } of story.now.noted)
    story.add({ kind: 'thread_posted', revision: 1, key: `note:${seq}`, ts: '1700000300.000100' });
  story.add({ kind: 'card_updated', revision: 1, shows_seq: story.now.seq });
  expect(isOpen(story.now, false, ladder)).toBe(true);
  expect(isOpen(story.now, false)).toBe(false);
  told(story, 'expired:webhook').add({
    kind: 'thread_posted',
    revision: 1,
    key: `note:${story.now.seq}`,
    ts: '1700000300.000100',
  });
  expect(isOpen(story.now, false, ladder)).toBe(false);
});

test('being told changes nothing that a card says', () => {
  const story = aCase(BLOCKED).decided();
  const { materialSeq } = story.now;
  expect(told(story, 'blocked:webhook').now.materialSeq).toBe(materialSeq);
});
