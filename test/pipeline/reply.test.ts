import { describe, expect, test } from 'vitest';
import { compareTs, isAfterDecision, isPlainReply, readWord, revisionOfThread } from '../../pipeline/reply.ts';
import { aCase, CARD_TS, DETAILS_TS } from '../fixtures/a-case.ts';

describe('a reply decides only by its whole text', () => {
  test.each([
    ['APPROVE', 'approve'],
    ['approve', 'approve'],
    ['  Approve \n', 'approve'],
    ['REJECT', 'reject'],
    ['hold', 'hold'],
    ['Release', 'release'],
    ['FORCE_OVERRIDE', 'override'],
    ['force_override', 'override'],
  ])('%j states %s', (text, kind) => {
    expect(readWord(text)).toEqual({ kind, reason: null });
  });

  test('only a force override carries a reason', () => {
    expect(readWord('FORCE_OVERRIDE the database team agreed')).toEqual({ kind: 'override', reason: 'the database team agreed' });
    expect(readWord('Force_Override\nboth lines\nare the reason')?.reason).toBe('both lines\nare the reason');
    expect(readWord('FORCE_OVERRIDE    ')).toEqual({ kind: 'override', reason: null });
    expect(readWord('APPROVE because it is fine')).toBeNull();
  });

  test.each([
    ['not ok', 'a substring of a yes'],
    ['ok', 'a loose yes'],
    ['yes', 'a loose yes'],
    ['token', 'a word that contains ok'],
    ['broken', 'a word that contains ok'],
    ['do not approve', 'a sentence with the word in it'],
    ['approved', 'another form of the word'],
    ['APPROVE!', 'a mark behind it'],
    ['> APPROVE', 'a quote'],
    ['&gt; APPROVE', 'a quote as Slack writes it'],
    ['*APPROVE*', 'bold'],
    ['`APPROVE`', 'code'],
    ['АPPROVE', 'a Cyrillic A'],
    ['ＡＰＰＲＯＶＥ', 'full-width letters'],
    ['APPROVE\u200b', 'a zero-width space'],
    ['APP\u00adROVE', 'a soft hyphen'],
    ['AP\u202ePROVE', 'a direction mark'],
    ['APPROVE APPROVE', 'twice'],
    ['FORCE OVERRIDE', 'without the underscore'],
    ['FORCE_OVERRIDEnow', 'no space before the reason'],
    ['FORCE_OVERRİDE', 'a dotted capital I'],
    ['', 'nothing'],
    ['A'.repeat(100_000), 'a long text'],
  ])('%j states nothing: %s', (text) => {
    expect(readWord(text)).toBeNull();
  });
});

const plain = { ts: '1.0', user: 'U1', text: 'APPROVE', teamId: 'T1', botId: null, subtype: null, edited: false };

test.each([
  ['an edit', { subtype: 'message_changed' }],
  ['a message that was edited later', { edited: true }],
  ['a bot', { botId: 'B1' }],
  ['a broadcast reply', { subtype: 'thread_broadcast' }],
  ['a message without an author', { user: null }],
])('%s is no plain reply', (_claim, change) => {
  expect(isPlainReply(plain)).toBe(true);
  expect(isPlainReply({ ...plain, ...change })).toBe(false);
});

test('a thread belongs to the revision whose card it hangs under, in that channel alone', () => {
  const state = aCase().decided().now;
  expect(revisionOfThread(state, 'C0INCIDENTS', CARD_TS)).toBe(1);
  expect(revisionOfThread(state, 'C0OTHER', CARD_TS)).toBeNull();
  expect(revisionOfThread(state, 'C0INCIDENTS', DETAILS_TS)).toBeNull();
});

test('only what was written after the decision was shown counts, by Slack’s own clock', () => {
  const state = aCase().decided().now;
  expect(isAfterDecision(state, 1, '1700000100.000101')).toBe(true);
  expect(isAfterDecision(state, 1, DETAILS_TS)).toBe(false);
  expect(isAfterDecision(state, 1, '1700000099.999999')).toBe(false);
  expect(isAfterDecision(aCase().opened().posted().now, 1, '1800000000.000000')).toBe(false);
});

test('message times compare by seconds and then by counter', () => {
  expect(compareTs('10.000002', '9.999999')).toBeGreaterThan(0);
  expect(compareTs('10.000002', '10.000010')).toBeLessThan(0);
  expect(compareTs('10.000002', '10.000002')).toBe(0);
});
