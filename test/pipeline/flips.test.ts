import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GateFindings } from '../../contracts/gate.ts';
import { applied } from '../../pipeline/flips.ts';
import { decide } from '../../pipeline/gate.ts';
import { someFindings, someLimits } from '../fixtures/arbitraries.ts';
import { aFinding, limits } from '../fixtures/builders.ts';

const fields = (findings: Partial<GateFindings>, some = limits) =>
  decide(aFinding(findings), some).flips.map(({ changes }) => changes.map(({ field, to }) => [field, to]));

describe('what would turn a block', () => {
  test('nothing, where nothing blocks', () => {
    expect(decide(aFinding(), limits).flips).toEqual([]);
  });

  test('one contradiction less than the limit', () => {
    expect(fields({ contradictions: 7 })).toEqual([[['contradictions', 1]]]);
  });

  test('either one support or enough coverage, each by itself', () => {
    expect(fields({ supports: 0, coverage: 0 })).toEqual([[['supports', 1]], [['coverage', 0.34]]]);
  });

  test('where thin coverage blocks as well, the higher coverage alone is enough, and the lower one is not offered', () => {
    const some = { ...limits, thin_coverage_min: 0.6 };
    expect(fields({ supports: 0, coverage: 0 }, some)).toEqual([[['coverage', 0.6]]]);
  });

  test('where the least coverage is above the thin one, support and thin coverage together, or the least coverage', () => {
    const some = { ...limits, coverage_min: 0.5, thin_coverage_min: 0.2 };
    expect(fields({ supports: 0, coverage: 0 }, some)).toEqual([
      [['coverage', 0.5]],
      [
        ['supports', 1],
        ['coverage', 0.2],
      ],
    ]);
  });

  test('findings that are not whole name no way out', () => {
    expect(decide({}, limits).flips).toEqual([]);
  });

  test('applying the listed changes flips the decision, and leaving any one out does not', () => {
    fc.assert(
      fc.property(someFindings, someLimits, (findings, some) => {
        const { decision, flips } = decide(findings, some);
        expect(flips.length > 0).toBe(decision === 'block_and_escalate');
        for (const { changes } of flips) {
          expect(decide(applied(findings, changes), some).decision).toBe('execute');
          for (const left of changes) {
            const rest = changes.filter((change) => change !== left);
            expect(decide(applied(findings, rest), some).decision).toBe('block_and_escalate');
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });

  test('the smallest come first', () => {
    fc.assert(
      fc.property(someFindings, someLimits, (findings, some) => {
        const sizes = decide(findings, some).flips.map(({ changes }) => changes.length);
        expect(sizes).toEqual([...sizes].sort((one, other) => one - other));
      }),
    );
  });

  test('what a change says was found is what was found', () => {
    const findings = aFinding({ severity: 'critical', stale_ids: ['ev-1'] });
    for (const { field, from } of decide(findings, limits).flips.flatMap(({ changes }) => changes)) {
      expect(from).toEqual(findings[field as keyof GateFindings]);
    }
  });
});
