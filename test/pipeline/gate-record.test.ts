import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../pipeline/gate.ts';
import { decideRecord } from '../../pipeline/gate-record.ts';
import { hashOf } from '../../pipeline/hash.ts';
import { someFindings, someLimits } from '../fixtures/arbitraries.ts';
import { aFinding, figures, limits } from '../fixtures/builders.ts';

const of = (input: unknown, some = limits) => decideRecord(input, some, hashOf(some));

describe('the record of a decision', () => {
  test('decides as the gate does, for findings of any kind', () => {
    fc.assert(
      fc.property(fc.oneof(someFindings, fc.anything()), someLimits, (input, some) => {
        const { decision, reasons } = decide(input, some);
        expect(of(input, some)).toMatchObject({ decision, reasons });
      }),
      { numRuns: 1_000 },
    );
  });

  test('is the same bytes in whatever order the keys came', () => {
    const reversed = (value: object): object => Object.fromEntries(Object.entries(value).reverse());
    const findings = aFinding({ telemetry: figures({ top_errors: [{ status: 503, path: '/x', count: 2 }] }) });
    expect(
      of({ ...reversed(findings), telemetry: reversed(figures({ top_errors: [{ count: 2, path: '/x', status: 503 }] })) }),
    ).toEqual(of(findings));
  });

  test.each<[string, object]>([
    ['another incident', { incident_id: 'inc-003' }],
    ['another figure of telemetry', { telemetry: figures({ baseline: 0.02 }) }],
    ['another error', { telemetry: figures({ top_errors: [{ status: 503, path: '/x', count: 3 }] }) }],
    ['another sample', { telemetry: figures({ sample_ids: ['log:1'] }) }],
    ['another claim', { claims: 2 }],
    ['another severity that does not matter', { severity: 'low' }],
    ['something unreadable', { claims: 'two' }],
  ])('has another hash for %s', (_claim, change) => {
    expect(of({ ...aFinding(), ...change }).hash).not.toBe(of(aFinding()).hash);
  });

  test('has another hash for other thresholds', () => {
    expect(of(aFinding(), { ...limits, contradictions_max: 3 }).hash).not.toBe(of(aFinding()).hash);
  });
});
