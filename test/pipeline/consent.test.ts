import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reason } from '../../contracts/gate.ts';
import type { Consent } from '../../pipeline/consent.ts';
import { consentFor } from '../../pipeline/consent.ts';

const open = { absolutePolicy: false };

describe('what lets a decision run', () => {
  test.each<[Reason, Consent]>([
    ['policy_conflict', 'approve'],
    ['contradictions', 'approve'],
    ['unsupported', 'approve'],
    ['thin_coverage', 'approve'],
    ['telemetry_unknown', 'approve'],
    ['critical_severity', 'override'],
    ['fabricated_authority', 'override'],
    ['unknown_action', 'nothing_passes'],
    ['position_withdrawn', 'nothing_passes'],
    ['stale_evidence', 'nothing_passes'],
    ['invalid_findings', 'nothing_passes'],
  ])('%s alone: %s', (reason, consent) => {
    expect(consentFor([reason], open)).toBe(consent);
  });

  test('nothing more where nothing failed', () => {
    expect(consentFor([], open)).toBe('none');
  });

  test('nothing passes an absolute policy, whatever else holds', () => {
    expect(consentFor(['policy_conflict'], { absolutePolicy: true })).toBe('nothing_passes');
    expect(consentFor([], { absolutePolicy: true })).toBe('nothing_passes');
  });

  test('a reason nobody knows lets nothing pass', () => {
    expect(consentFor(['contradictions', 'something_new'], open)).toBe('nothing_passes');
  });

  test('with several reasons the strictest counts, in any order', () => {
    const rank: Consent[] = ['none', 'approve', 'override', 'nothing_passes'];
    fc.assert(
      fc.property(fc.subarray([...Reason.options], { minLength: 1 }), fc.boolean(), (reasons, absolutePolicy) => {
        const together = consentFor(reasons, { absolutePolicy });
        const strictest = Math.max(...reasons.map((reason) => rank.indexOf(consentFor([reason], { absolutePolicy }))));
        expect(together).toBe(rank[strictest]);
        expect(consentFor([...reasons].reverse(), { absolutePolicy })).toBe(together);
      }),
    );
  });
});
