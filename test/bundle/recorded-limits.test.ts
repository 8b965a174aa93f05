import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../pipeline/gate.ts';
import { hashOf } from '../../pipeline/hash.ts';
import { recordedLimits } from '../../src/bundle/recorded-limits.ts';
import { someFindings } from '../fixtures/arbitraries.ts';
import { aFinding, limits } from '../fixtures/builders.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('the thresholds of any decision can be read back from its rules', () => {
  const anyLimits = fc.record({
    contradictions_max: fc.integer({ min: 1, max: 100 }),
    coverage_min: share,
    thin_coverage_min: fc.option(share),
  });
  fc.assert(
    fc.property(anyLimits, fc.oneof(someFindings, fc.constant({ nothing: 'whole' })), (config, findings) => {
      const { rules } = decide(findings, config);
      const back = recordedLimits({ rules, gate_config_hash: hashOf(config) });
      expect(back === null ? back : hashOf(back)).toBe(hashOf(config));
    }),
  );
});

test('and are not believed where they do not have the recorded hash', () => {
  const { rules } = decide(aFinding(), limits);
  expect(recordedLimits({ rules, gate_config_hash: 'e'.repeat(64) })).toBeNull();
  const changed = rules.map((rule) => (rule.rule === 'contradictions' ? { ...rule, threshold: '< 9' } : rule));
  expect(recordedLimits({ rules: changed, gate_config_hash: hashOf(limits) })).toBeNull();
  expect(recordedLimits({ rules: [], gate_config_hash: hashOf(limits) })).toBeNull();
});
