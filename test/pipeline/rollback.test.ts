import { describe, expect, test } from 'vitest';
import type { Parameters } from '../../contracts/catalogue.ts';
import { asOffered, rollbackOf } from '../../pipeline/rollback.ts';
import { anAction } from '../fixtures/builders.ts';

const undoneBy = (parameters: Parameters) => anAction({ rollback: { action: 'restart_api_pods', parameters } });
const RAN: Parameters = { node: 'node-7', share: 0, drain: false };

describe('what undoes an execution', () => {
  test.each<[string, Parameters, Parameters]>([
    ['a name', { node: '{node}' }, { node: 'node-7' }],
    ['a figure, zero as well', { percent: '{share}' }, { percent: 0 }],
    ['a flag, also one that is off', { drain: '{drain}' }, { drain: false }],
    ['a literal as it is', { percent: 100, node: 'node-1', drain: true }, { percent: 100, node: 'node-1', drain: true }],
    ['both side by side', { node: '{node}', percent: 5 }, { node: 'node-7', percent: 5 }],
    [
      'no place inside a text',
      { node: 'x-{node}', other: '{node}{node}', third: '{node} ' },
      { node: 'x-{node}', other: '{node}{node}', third: '{node} ' },
    ],
    ['nothing', {}, {}],
  ])('takes %s', (_claim, parameters, filled) => {
    expect(rollbackOf(undoneBy(parameters), { parameters: RAN })).toEqual({ action: 'restart_api_pods', parameters: filled });
  });

  test.each<[string, Parameters, Parameters]>([
    ['is not there', { node: '{node}' }, {}],
    ['is not there, beside another that is', { node: '{node}', percent: '{share}' }, { share: 5 }],
    ['only every object has', { node: '{constructor}' }, RAN],
    ['is misspelt', { node: '{Node}' }, RAN],
  ])('is nothing at all where a value that is referred to %s', (_claim, parameters, ran) => {
    const action = undoneBy(parameters);
    expect(rollbackOf(action, { parameters: ran })).toBeNull();
    expect(asOffered(action, { parameters: ran })?.rollback).toBeUndefined();
  });

  test('does not read a value that ran as another reference', () => {
    const ran = { node: '{share}', share: 0 };
    expect(rollbackOf(undoneBy({ node: '{node}' }), { parameters: ran })?.parameters).toEqual({ node: '{share}' });
  });

  test('is nothing where nothing ran, the action is gone, or it has no rollback', () => {
    expect(rollbackOf(undoneBy({}), null)).toBeNull();
    expect(rollbackOf(undefined, { parameters: RAN })).toBeNull();
    expect(rollbackOf(anAction(), { parameters: RAN })).toBeNull();
  });

  test('leaves the rest of the entry as it is', () => {
    const action = undoneBy({ node: '{node}' });
    expect(asOffered(action, { parameters: RAN })).toBe(action);
    expect(asOffered(action, { parameters: {} })).toEqual({ ...action, rollback: undefined });
    expect(asOffered(undefined, null)).toBeUndefined();
  });
});
