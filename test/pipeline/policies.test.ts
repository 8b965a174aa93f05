import { describe, expect, test } from 'vitest';
import type { Policy } from '../../contracts/documents.ts';
import { decide } from '../../pipeline/gate.ts';
import { forbids, isWithin, unansweredNames } from '../../pipeline/policies.ts';
import {
  aCatalogue,
  anAction,
  anAnswer,
  anEvidence,
  aPlan,
  aPolicy,
  aRestart,
  limits,
  NOW,
  stressOf,
} from '../fixtures/builders.ts';

const restart = aRestart();
const catalogue = aCatalogue([
  restart,
  anAction(),
  anAction({ id: 'restart_workers', title: 'Restart the workers', aliases: [] }),
]);
const question = { action: restart, proposed: 'restart_api_pods', service: 'payments-api', severity: 'high', now: NOW } as const;
const asked = (change: Partial<Policy>) =>
  forbids(aPolicy({ service: '*', blocked_actions: ['restart_api_pods'], ...change }), question, catalogue);

describe('a policy forbids an action', () => {
  test.each<[string, Partial<Policy>, boolean]>([
    ['by its id', {}, true],
    ['for this service', { service: 'payments-api' }, true],
    ['not for another service', { service: 'billing-batch' }, false],
    ['at its severities', { severities: ['high'] }, true],
    ['not at others', { severities: ['low', 'medium', 'critical'] }, false],
    ['at every severity where it names none', { severities: [] }, true],
    ['not where it names no action', { blocked_actions: [] }, false],
    ['where it names all', { blocked_actions: ['*'] }, true],
    ['however the rest of its names are', { blocked_actions: ['drop_database', 'restart_api_pods'] }, true],
    ['within its window', { window: { from: '09:00', to: '17:00' } }, true],
    ['not outside of it', { window: { from: '11:00', to: '17:00' } }, false],
    ['not on other days', { window: { days: ['mon'], from: '09:00', to: '17:00' } }, false],
  ])('%s', (_claim, change, expected) => {
    expect(asked(change)).toBe(expected);
  });

  // An exact comparison of names would miss every one of these.
  test.each([
    'restart API pods',
    'Restart the API pods',
    'restart-api-pods',
    'RESTART_API_PODS',
    'rolling restart of the API pods',
    'restarting API pods',
    'restarts of api pods during business hours',
    'reboot the API pods',
    'bounce API pods',
    'restart',
    'restart pods',
  ])('also in other words: %s', (blocked) => {
    expect(asked({ blocked_actions: [blocked] })).toBe(true);
  });

  test.each([
    'restart_workers',
    'Restart the workers',
    'scale_worker_pool',
    'restart the database',
    'delete API pods',
    'the',
    '',
  ])('but not where the words mean something else: %s', (blocked) => {
    expect(asked({ blocked_actions: [blocked] })).toBe(false);
  });

  test('by what the plan says, where that resolves to no action', () => {
    const loose = { ...question, action: null, proposed: 'please restart api pods now' };
    expect(forbids(aPolicy({ service: '*', blocked_actions: ['restart API pods'] }), loose, catalogue)).toBe(false);
    expect(
      forbids(aPolicy({ service: '*', blocked_actions: ['drop tables'] }), { ...loose, proposed: 'drop tables' }, catalogue),
    ).toBe(true);
  });
});

describe('a window', () => {
  const at = (text: string): number => Date.parse(`2026-11-${text}:00.000Z`);
  test.each<[string, { days?: ('fri' | 'sat' | 'sun')[]; from: string; to: string }, string, boolean]>([
    ['begins with its first minute', { from: '10:00', to: '11:00' }, '22T10:00', true],
    ['ends before its last', { from: '10:00', to: '11:00' }, '22T11:00', false],
    ['over midnight holds in the evening', { from: '22:00', to: '06:00' }, '22T23:30', true],
    ['over midnight holds in the morning', { from: '22:00', to: '06:00' }, '22T05:59', true],
    ['over midnight does not hold by day', { from: '22:00', to: '06:00' }, '22T12:00', false],
    ['over midnight belongs to the day it began on', { days: ['sat'], from: '22:00', to: '06:00' }, '22T05:00', true],
    ['over midnight does not belong to the day it ends on', { days: ['sun'], from: '22:00', to: '06:00' }, '22T05:00', false],
    ['of a day holds on that day', { days: ['sun'], from: '00:00', to: '23:59' }, '22T12:00', true],
    ['with two equal ends is the whole day', { from: '08:00', to: '08:00' }, '22T03:00', true],
  ])('%s', (_claim, window, moment, expected) => {
    expect(isWithin(window, at(moment))).toBe(expected);
  });
});

describe('policies under stress', () => {
  test('are found although the planner reports none', () => {
    const stress = stressOf({ documents: [anEvidence(), aPolicy()], answer: anAnswer({ policy_conflicts: [] }) });
    expect(stress.policies).toMatchObject([{ id: 'pol-01', found_by: 'governor', absolute: false }]);
    expect(decide(stress.findings, limits).reasons).toEqual(['policy_conflict']);
  });

  test('that both find are one', () => {
    const stress = stressOf({ documents: [anEvidence(), aPolicy()], answer: anAnswer({ policy_conflicts: ['pol-01'] }) });
    expect(stress.policies).toMatchObject([{ id: 'pol-01', found_by: 'both' }]);
  });

  test('that only the planner sees count, and are never absolute by its word alone', () => {
    const documents = [anEvidence(), aPolicy({ blocked_actions: [], absolute: true })];
    const stress = stressOf({ documents, answer: anAnswer({ policy_conflicts: ['pol-01'] }) });
    expect(stress.policies).toMatchObject([{ id: 'pol-01', found_by: 'planner', absolute: false }]);
    expect(decide(stress.findings, limits).decision).toBe('block_and_escalate');
  });

  test('that are absolute say so where they forbid', () => {
    expect(stressOf({ documents: [anEvidence(), aPolicy({ absolute: true })] }).policies).toMatchObject([{ absolute: true }]);
  });

  test('are found for a plan that proposes the action by an alias', () => {
    const stress = stressOf({ documents: [anEvidence(), aPolicy()], plan: aPlan({ proposed_action: 'scale out the workers' }) });
    expect(stress.findings.policy_conflicts).toEqual(['pol-01']);
  });
});

test('a policy about something that no action answers to is named at start', () => {
  const policies = [
    aPolicy({ blocked_actions: ['scale_worker_pool', 'format the moon'] }),
    aPolicy({ id: 'pol-02', blocked_actions: ['*'] }),
  ];
  expect(unansweredNames(policies, catalogue)).toEqual(['policy `pol-01`: `format the moon` is no action of the catalogue']);
});
