import { describe, expect, test } from 'vitest';
import type { DecisionKind } from '../../contracts/entry-words.ts';
import type { Attempt, Standing } from '../../pipeline/attempt.ts';
import { assessAttempt } from '../../pipeline/attempt.ts';
import type { Grants } from '../../pipeline/authority.ts';
import { aCase, type CaseStory, type TestCase } from '../fixtures/a-case.ts';

const one = { quorum: 1, mayApproveOwn: false };
const RIGHTS: Record<string, Grants> = {
  oncall: { approve: one, override: null, release: null },
  lead: { approve: one, override: one, release: one },
  visitor: { approve: null, override: null, release: null },
};

function attempt(
  told: TestCase,
  kind: DecisionKind,
  who = 'lead',
  change: Partial<Attempt> = {},
  standing: Partial<Standing> = {},
) {
  const wish: Attempt = {
    kind,
    caseId: 'case-0001',
    revision: told.revision,
    digest: told.digest,
    by: `U_${who}`,
    via: 'button',
    eventKey: null,
    reason: null,
    ...change,
  };
  const person = { id: wish.by, teamId: 'T1', isBot: false, deleted: false, name: who };
  const outcome = assessAttempt(told.now, wish, {
    person,
    ownTeam: 'T1',
    grants: RIGHTS[who] ?? RIGHTS.visitor!,
    nowMs: told.atMs,
    expiresAtMs: null,
    ...standing,
  });
  return outcome.ok ? outcome.body.kind : outcome.refusal;
}

const blocked = (wrong: CaseStory['wrong'] = { contradictions: 2 }, story: CaseStory = {}) =>
  aCase({ wrong, ...story }).decided();

describe('what each kind of consent passes', () => {
  test.each<[string, CaseStory, string, string]>([
    ['contradictions', { wrong: { contradictions: 2 } }, 'approved', 'approved'],
    ['no support at all', { wrong: { coverage: 0, supports: 0 } }, 'approved', 'approved'],
    ['a policy conflict', { wrong: { policy_conflicts: ['pol-01'] } }, 'approved', 'approved'],
    ['unknown telemetry', { wrong: { telemetry: null } }, 'approved', 'approved'],
    ['critical severity', { wrong: { severity: 'critical' } }, 'needs_override', 'approved'],
    ['fabricated authority', { wrong: { fabricated_ids: ['ev-999'] } }, 'needs_override', 'approved'],
    [
      'critical and contradicted: the strictest counts',
      { wrong: { severity: 'critical', contradictions: 3 } },
      'needs_override',
      'approved',
    ],
    ['an unknown action', { wrong: { action_known: false } }, 'nothing_passes', 'nothing_passes'],
    ['a withdrawn position', { wrong: { position_withdrawn: true } }, 'nothing_passes', 'nothing_passes'],
    ['stale evidence', { wrong: { stale_ids: ['ev-103'] } }, 'nothing_passes', 'nothing_passes'],
    ['an absolute policy', { wrong: { policy_conflicts: ['pol-abs'] }, absolute: true }, 'nothing_passes', 'nothing_passes'],
    ['nothing wrong', {}, 'needs_none', 'needs_none'],
  ])('%s', (_claim, story, byApprove, byOverride) => {
    expect(attempt(aCase(story).decided(), 'approve')).toBe(byApprove);
    expect(attempt(aCase(story).decided(), 'override')).toBe(byOverride);
  });
});

describe('who may', () => {
  test.each<[string, string, DecisionKind, string]>([
    ['an approver approves', 'oncall', 'approve', 'approved'],
    ['an approver may not override', 'oncall', 'override', 'not_an_approver'],
    ['an approver may not release', 'oncall', 'release', 'not_held'],
    ['a visitor may not approve', 'visitor', 'approve', 'not_an_approver'],
    ['a visitor may not override', 'visitor', 'override', 'not_an_approver'],
    ['a visitor may not reject', 'visitor', 'reject', 'not_an_approver'],
    ['a visitor may hold', 'visitor', 'hold', 'held'],
    ['a lead rejects', 'lead', 'reject', 'rejected'],
  ])('%s', (_claim, who, kind, expected) => {
    expect(attempt(blocked(), kind, who)).toBe(expected);
  });

  test('only the release right releases what anybody held', () => {
    expect(attempt(blocked().by('held'), 'release', 'oncall')).toBe('not_an_approver');
    expect(attempt(blocked().by('held'), 'release', 'visitor')).toBe('not_an_approver');
    expect(attempt(blocked().by('held'), 'release', 'lead')).toBe('released');
  });

  test('whoever opened the case may not approve it, but may withdraw it', () => {
    expect(attempt(blocked(), 'approve', 'lead', { by: 'U000OPENER' })).toBe('requester_may_not_approve');
    expect(attempt(blocked(), 'reject', 'visitor', { by: 'U000OPENER' })).toBe('rejected');
    const own = { approve: { quorum: 1, mayApproveOwn: true }, override: null, release: null };
    expect(attempt(blocked(), 'approve', 'lead', { by: 'U000OPENER' }, { grants: own })).toBe('approved');
  });

  test('whoever chose the action counts as requester', () => {
    expect(attempt(blocked({ contradictions: 2 }, { chosenBy: 'U_lead' }), 'approve')).toBe('requester_may_not_approve');
  });

  test.each([
    ['a bot', { isBot: true }, 'not_a_person'],
    ['a deleted account', { deleted: true }, 'not_a_person'],
    ['a stranger from another team', { teamId: 'T2' }, 'not_this_team'],
  ])('%s decides nothing, not even a hold', (_claim, change, expected) => {
    const person = { id: 'U_lead', teamId: 'T1', isBot: false, deleted: false, name: 'x', ...change };
    for (const kind of ['approve', 'override', 'reject', 'hold', 'release'] as const) {
      expect(attempt(blocked(), kind, 'lead', {}, { person })).toBe(expected);
    }
    expect(attempt(blocked(), 'hold', 'lead', {}, { person: null })).toBe('not_a_person');
  });
});

describe('what was decided about is what was shown', () => {
  test('an older revision is refused, never refreshed', () => {
    const told = blocked();
    const old = { revision: 1, digest: told.digest };
    told.voided().planned({ origin: 'recheck' }).stressed().gated();
    for (const kind of ['approve', 'override', 'reject', 'hold', 'release'] as const)
      expect(attempt(told, kind, 'lead', old)).toBe('superseded');
  });

  test('another digest is refused', () => {
    expect(attempt(blocked(), 'approve', 'lead', { digest: 'f'.repeat(64) })).toBe('plan_changed');
  });

  test('nothing can be approved before Slack confirmed the card', () => {
    expect(
      attempt(
        aCase({ wrong: { contradictions: 2 } })
          .opened()
          .posted()
          .planned()
          .stressed()
          .gated(),
        'approve',
      ),
    ).toBe('not_shown_yet');
    expect(attempt(aCase().opened(), 'approve', 'lead', { digest: null })).toBe('not_shown_yet');
  });

  test('a voided revision cannot be approved any more', () => {
    expect(attempt(blocked().voided(), 'approve')).toBe('plan_changed');
  });
});

describe('what was decided stays decided', () => {
  test('a denied call cannot be approved afterwards', () => {
    const told = blocked().by('rejected');
    for (const kind of ['approve', 'override', 'hold', 'release'] as const) expect(attempt(told, kind)).toBe('closed');
  });

  test('an expired case says so to everybody', () => {
    const told = blocked().add({ kind: 'expired', revision: 1 });
    expect(attempt(told, 'approve')).toBe('expired');
    expect(attempt(blocked(), 'approve', 'lead', {}, { nowMs: 10, expiresAtMs: 10 })).toBe('expired');
    expect(attempt(blocked(), 'approve', 'lead', {}, { nowMs: 9, expiresAtMs: 10 })).toBe('approved');
  });

  test('what runs cannot be held, rejected or approved again', () => {
    const told = blocked().approved().started();
    expect(attempt(told, 'hold')).toBe('already_running');
    expect(attempt(told, 'reject')).toBe('already_running');
    expect(attempt(told, 'approve')).toBe('already_running');
  });

  test('an approved revision needs no second approval; one of two needs another person', () => {
    expect(attempt(blocked().approved(), 'approve', 'oncall')).toBe('already_decided');
    const half = blocked().approved('U_lead', 'approve', 1, 2);
    expect(attempt(half, 'approve', 'lead')).toBe('already_approved_by_you');
    expect(attempt(half, 'approve', 'oncall')).toBe('approved');
  });

  test('approvals before an override was needed do not count as overrides', () => {
    const told = blocked({ severity: 'critical' });
    const grants = { approve: one, override: { quorum: 2, mayApproveOwn: false }, release: null };
    expect(attempt(told, 'override', 'lead', {}, { grants })).toBe('approved');
    told.approved('U_lead', 'override', 1, 2);
    expect(told.now.status).toBe('pending_approval');
    expect(attempt(told, 'override', 'lead', {}, { grants })).toBe('already_approved_by_you');
  });

  test('a rejected case may not be held, and a held one may still be rejected', () => {
    expect(attempt(blocked().by('held'), 'reject')).toBe('rejected');
    expect(attempt(blocked().by('held'), 'hold')).toBe('already_held');
  });

  test('approving a held case is counted, and still nothing runs before the release', () => {
    const told = blocked().by('held');
    expect(attempt(told, 'approve')).toBe('approved');
    expect(told.approved().now.status).toBe('held');
    expect(told.by('released').now.status).toBe('ready_to_execute');
  });
});
