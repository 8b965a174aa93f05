import { describe, expect, test } from 'vitest';
import { Refusal } from '../../contracts/entry-words.ts';
import { notDone, type RefusalFacts, refusalText } from '../../views/refusal.ts';
import { NAUGHTY } from './naughty.ts';
import { textFaults } from './slack-safe.ts';

const facts: RefusalFacts = {
  case_id: 'inc-7f3k2',
  attempted: 'approve',
  who_may_decide: ['U0000LEAD'],
  reasons: ['critical_severity', 'fabricated_authority'],
  last_act: { kind: 'rejected', by: 'U00ONCALL', at: '2026-11-22T12:00:00.000Z', reason: null },
};
const allowed = { mentions: ['U0000LEAD', 'U00ONCALL'], links: [] };

describe('a refusal', () => {
  test.each(Refusal.options)('%s says what was not counted, and why, in a sentence of its own', (refusal) => {
    const text = refusalText(refusal, facts);
    expect(text.startsWith('Your APPROVE for inc-7f3k2 was not counted: ')).toBe(true);
    expect(text).toMatch(/[a-z]{3}.*\.$/);
    expect(textFaults(text, allowed)).toEqual([]);
    expect(Refusal.options.filter((other) => refusalText(other, facts) === text)).toEqual([refusal]);
  });

  test.each<[Refusal, string]>([
    ['unknown_case', '/incident list'],
    ['not_an_approver', '<@U0000LEAD> may approve it'],
    ['requester_may_not_approve', '<@U0000LEAD> may approve it'],
    ['needs_none', 'HOLD stops it'],
    ['needs_override', 'FORCE_OVERRIDE with a reason does. <@U0000LEAD> may override it'],
    ['needs_override', 'APPROVE does not pass critical severity, invented sources'],
    ['nothing_passes', 'Choose an action of the catalogue, or REJECT it'],
    ['already_decided', 'Last: rejected by <@U00ONCALL>'],
    ['already_held', 'RELEASE lets it go on'],
    ['reason_missing', 'Reply FORCE_OVERRIDE and your reason'],
    ['not_in_the_thread', 'Reply APPROVE there'],
    ['not_recorded', 'Try again'],
    ['paused', '/incident resume'],
  ])('%s tells what would be accepted: %s', (refusal, way) => {
    expect(refusalText(refusal, facts)).toContain(way);
  });

  test('where nobody is named, it says so instead of naming nobody', () => {
    expect(refusalText('not_an_approver', { ...facts, who_may_decide: [] })).toContain('Nobody is named who may approve it');
  });

  test.each(NAUGHTY.map((text, index) => [index, text] as const))(
    'hostile text %i in a case id or a name mentions nobody',
    (_index, text) => {
      for (const refusal of Refusal.options) {
        const who = text === '<@U00ONCALL>' || text.startsWith('<!subteam') ? [] : [text];
        const hostile = { ...facts, case_id: text, who_may_decide: who };
        expect(textFaults(refusalText(refusal, hostile), allowed)).toEqual([]);
      }
      expect(textFaults(notDone(text), allowed)).toEqual([]);
    },
  );
});
