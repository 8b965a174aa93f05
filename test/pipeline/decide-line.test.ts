import { describe, expect, test } from 'vitest';
import { decideLine } from '../../pipeline/decide-line.ts';
import { aFinding, limits } from '../fixtures/builders.ts';

describe('one line of findings', () => {
  test('is decided as the gate decides it', () => {
    expect(decideLine(JSON.stringify(aFinding()), limits)).toMatchObject({
      incident_id: 'inc-002',
      decision: 'execute',
      reasons: [],
      flips: [],
    });
    expect(decideLine(JSON.stringify(aFinding({ severity: 'critical' })), limits)).toMatchObject({
      decision: 'block_and_escalate',
      reasons: ['critical_severity'],
    });
  });

  test('has exactly the keys that scripts read', () => {
    expect(Object.keys(decideLine(JSON.stringify(aFinding()), limits)).sort()).toEqual([
      'decision',
      'flips',
      'incident_id',
      'reasons',
      'rules',
    ]);
    expect(Object.keys(decideLine('', limits)).sort()).toEqual(['decision', 'flips', 'incident_id', 'reasons', 'rules']);
  });

  test('is taken as given: counts need not agree with each other', () => {
    expect(decideLine(JSON.stringify(aFinding({ claims: 0, supports: 9, coverage: 0 })), limits).decision).toBe('execute');
  });

  const { stale_ids: _left, ...incomplete } = aFinding();
  test.each<[string, string, string | null]>([
    ['that is empty', '', null],
    ['that is no JSON', '{"incident_id":"inc-1"', null],
    ['that is a list', '[]', null],
    ['that says one thing twice', JSON.stringify(aFinding({ contradictions: 5 })).replace('{', '{"contradictions":0,'), null],
    ['with a prototype', `{"__proto__":${JSON.stringify(aFinding())}}`, null],
    ['without a field', JSON.stringify(incomplete), 'inc-002'],
    ['with a field more', JSON.stringify({ ...aFinding(), approved: true }), 'inc-002'],
    ['with an endless number', JSON.stringify(aFinding()).replace('"contradictions":0', '"contradictions":1e999'), 'inc-002'],
    ['with a negative number', JSON.stringify(aFinding({ supports: -1 })), 'inc-002'],
    ['with an incident that is no text', JSON.stringify({ ...aFinding(), incident_id: 7 }), null],
  ])('%s blocks, and names its incident where that can be read', (_claim, line, incidentId) => {
    const decision = decideLine(line, limits);
    expect(decision).toMatchObject({
      incident_id: incidentId,
      decision: 'block_and_escalate',
      reasons: ['invalid_findings'],
      flips: [],
    });
    expect(decision.rules.every(({ measured, passed }) => measured === null && !passed)).toBe(true);
  });
});
