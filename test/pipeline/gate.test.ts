import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GateFindings } from '../../contracts/gate.ts';
import { Reason } from '../../contracts/gate.ts';
import { decide, failing } from '../../pipeline/gate.ts';
import { someFindings, someLimits } from '../fixtures/arbitraries.ts';
import { aFinding, figures, limits } from '../fixtures/builders.ts';

/** Said once more in other words than the gate's, from what each rule promises; it shares no line with it. */
function oracle(f: GateFindings, max: number, min: number, thin: number | null): string[] {
  const said: [string, boolean][] = [
    ['policy_conflict', f.policy_conflicts.length > 0],
    ['contradictions', !(f.contradictions < max)],
    ['unsupported', f.coverage < min && f.supports === 0],
    ['critical_severity', f.severity === 'critical'],
    ['fabricated_authority', f.fabricated_ids.length > 0],
    ['unknown_action', !(f.action_known && f.parameters_valid)],
    ['position_withdrawn', f.position_withdrawn],
    ['stale_evidence', f.stale_ids.length > 0],
    ['telemetry_unknown', f.telemetry === null],
    ['thin_coverage', thin !== null && f.coverage < thin],
  ];
  return said.filter(([, broken]) => broken).map(([reason]) => reason);
}

describe('the gate', () => {
  test.each<[string, Partial<GateFindings>, string[]]>([
    ['clean findings execute', {}, []],
    ['one contradiction alone does not block', { contradictions: 1 }, []],
    ['two contradictions block', { contradictions: 2 }, ['contradictions']],
    ['one policy conflict blocks', { policy_conflicts: ['pol-01'] }, ['policy_conflict']],
    ['no support and no coverage block', { supports: 0, coverage: 0 }, ['unsupported']],
    ['no support at just under the least coverage blocks', { supports: 0, coverage: 0.3399 }, ['unsupported']],
    ['coverage at the least passes without support', { supports: 0, coverage: 0.34 }, []],
    ['one support passes at no coverage', { supports: 1, coverage: 0 }, []],
    ['critical severity blocks', { severity: 'critical' }, ['critical_severity']],
    ['high severity does not block by itself', { severity: 'high' }, []],
    ['an invented source blocks, it does not only add a remark', { fabricated_ids: ['ev-999'] }, ['fabricated_authority']],
    ['an action outside the catalogue blocks', { action_known: false }, ['unknown_action']],
    ['parameters that do not fit block', { parameters_valid: false }, ['unknown_action']],
    ['a planner that no longer stands by its plan blocks', { position_withdrawn: true }, ['position_withdrawn']],
    ['evidence that changed blocks', { stale_ids: ['ev-103'] }, ['stale_evidence']],
    ['unknown telemetry blocks', { telemetry: null }, ['telemetry_unknown']],
    ['a service without requests is known', { telemetry: figures({ requests: 0, errors: 0, error_rate: 0 }) }, []],
    [
      'every reason is named, in the table’s order',
      { contradictions: 5, severity: 'critical', stale_ids: ['x'] },
      ['contradictions', 'critical_severity', 'stale_evidence'],
    ],
  ])('%s', (_claim, change, reasons) => {
    const decision = decide(aFinding(change), limits);
    expect(decision.reasons).toEqual(reasons);
    expect(decision.decision).toBe(reasons.length === 0 ? 'execute' : 'block_and_escalate');
  });

  test.each<[string, Record<string, unknown>]>([
    ['a count that is no number', { contradictions: Number.NaN }],
    ['a negative count', { contradictions: -1 }],
    ['an endless count', { supports: Number.POSITIVE_INFINITY }],
    ['a coverage above one', { coverage: 1.01 }],
    ['a number written as text', { contradictions: '0' }],
    ['a missing field', { stale_ids: undefined }],
    ['a list that is none', { policy_conflicts: 'none' }],
    ['a field nobody knows', { force: true }],
    ['a severity nobody knows', { severity: 'none' }],
    ['a truth that is only truthy', { action_known: 1 }],
    ['telemetry without its figures', { telemetry: {} }],
    ['an error rate that is no number', { telemetry: figures({ error_rate: Number.NaN }) }],
    ['no incident', { incident_id: '' }],
  ])('%s blocks by itself, and nothing counts as measured', (_claim, change) => {
    const decision = decide({ ...aFinding(), ...change }, limits);
    expect(decision.decision).toBe('block_and_escalate');
    expect(decision.reasons).toEqual(['invalid_findings']);
    expect(decision.rules.map(({ rule }) => rule)).toEqual(Reason.options);
    expect(decision.rules.every(({ measured, passed }) => measured === null && !passed)).toBe(true);
  });

  test('findings that are not whole still name their incident', () => {
    expect(decide({ ...aFinding(), contradictions: 'none' }, limits).incident_id).toBe('inc-002');
  });

  test.each([[null], [undefined], ['{}'], [[]], [42], [new Date(0)]])('%j is no finding and blocks', (input) => {
    expect(decide(input, limits).reasons).toEqual(['invalid_findings']);
  });

  test('every decision lists every rule once, passed or not, with what was found and what would have passed', () => {
    const { rules } = decide(aFinding({ contradictions: 2 }), limits);
    expect(rules.map(({ rule }) => rule)).toEqual(Reason.options);
    expect(rules.find(({ rule }) => rule === 'contradictions')).toEqual({
      rule: 'contradictions',
      measured: 2,
      threshold: '< 2',
      passed: false,
    });
    expect(rules.filter(({ passed }) => !passed).map(({ rule }) => rule)).toEqual(['contradictions']);
  });

  test('unchecked figures that are no numbers block in the fast path too', () => {
    expect(failing(aFinding({ contradictions: Number.NaN }), limits)).toContain('contradictions');
    expect(failing(aFinding({ contradictions: Number.NEGATIVE_INFINITY }), limits)).toContain('contradictions');
    expect(failing(aFinding({ coverage: Number.NaN, supports: 3 }), limits)).toContain('unsupported');
    expect(failing(aFinding(), { ...limits, contradictions_max: Number.NaN })).toContain('contradictions');
    expect(failing(aFinding({ supports: 0, coverage: 1 }), { ...limits, coverage_min: Number.NaN })).toContain('unsupported');
  });
});

describe('the gate over its whole small domain', () => {
  const LISTS = [[], ['x']];
  const BOOLEANS = [true, false];

  test('says what the table says, for every combination', () => {
    let seen = 0;
    for (const severity of ['low', 'medium', 'high', 'critical'] as const)
      for (const contradictions of [0, 1, 2, 3])
        for (const supports of [0, 1])
          for (const coverage of [0, 0.33, 0.34, 1])
            for (const policy_conflicts of LISTS)
              for (const fabricated_ids of LISTS)
                for (const stale_ids of LISTS)
                  for (const action_known of BOOLEANS)
                    for (const parameters_valid of BOOLEANS)
                      for (const position_withdrawn of BOOLEANS)
                        for (const telemetry of [null, figures()])
                          for (const thin of [null, 0.5]) {
                            const one = aFinding({
                              severity,
                              contradictions,
                              supports,
                              coverage,
                              policy_conflicts,
                              fabricated_ids,
                              stale_ids,
                              action_known,
                              parameters_valid,
                              position_withdrawn,
                              telemetry,
                            });
                            const said = failing(one, { ...limits, thin_coverage_min: thin });
                            if (said.join() !== oracle(one, 2, 0.34, thin).join())
                              expect(said).toEqual(oracle(one, 2, 0.34, thin));
                            seen += 1;
                          }
    expect(seen).toBe(4 * 4 * 2 * 4 * 2 ** 7 * 2);
  });

  test('says what the table says under any thresholds', () => {
    fc.assert(
      fc.property(someFindings, someLimits, (one, some) => {
        const expected = oracle(one, some.contradictions_max, some.coverage_min, some.thin_coverage_min);
        expect(failing(one, some)).toEqual(expected);
        expect(decide(one, some).reasons).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the gate is monotone', () => {
  const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
  const worse: fc.Arbitrary<(f: GateFindings) => GateFindings> = fc.constantFrom(
    (f: GateFindings) => ({ ...f, contradictions: f.contradictions + 1 }),
    (f: GateFindings) => ({ ...f, supports: Math.max(0, f.supports - 1) }),
    (f: GateFindings) => ({ ...f, coverage: f.coverage / 2 }),
    (f: GateFindings) => ({ ...f, policy_conflicts: [...f.policy_conflicts, 'p'] }),
    (f: GateFindings) => ({ ...f, fabricated_ids: [...f.fabricated_ids, 'i'] }),
    (f: GateFindings) => ({ ...f, stale_ids: [...f.stale_ids, 's'] }),
    (f: GateFindings) => ({ ...f, action_known: false }),
    (f: GateFindings) => ({ ...f, parameters_valid: false }),
    (f: GateFindings) => ({ ...f, position_withdrawn: true }),
    (f: GateFindings) => ({ ...f, telemetry: null }),
    (f: GateFindings) => ({ ...f, severity: SEVERITIES[Math.min(3, SEVERITIES.indexOf(f.severity) + 1)] ?? 'critical' }),
  );

  test('worse findings never lose a reason, so they never turn a block into an execution', () => {
    fc.assert(
      fc.property(someFindings, someLimits, fc.array(worse, { maxLength: 4 }), (one, some, changes) => {
        const before = failing(one, some);
        const after = failing(
          changes.reduce((f, change) => change(f), one),
          some,
        );
        expect(after).toEqual(expect.arrayContaining(before));
      }),
      { numRuns: 2_000 },
    );
  });
});
