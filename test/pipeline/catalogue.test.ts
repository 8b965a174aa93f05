import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { INVESTIGATE } from '../../contracts/catalogue.ts';
import { parseCatalogue, resolveAction } from '../../pipeline/catalogue.ts';
import { aCatalogue, anAction, aRestart } from '../fixtures/builders.ts';

const problemsOf = (...actions: object[]): string[] => {
  const parsed = parseCatalogue({ actions });
  return parsed.ok ? [] : parsed.problems;
};

describe('a catalogue', () => {
  test('is read with its entries by id and by every name', () => {
    const catalogue = aCatalogue();
    expect([...catalogue.actions.keys()]).toEqual(['scale_worker_pool', 'restart_api_pods']);
    expect(catalogue.byName.get('scale out the workers')?.id).toBe('scale_worker_pool');
    expect(catalogue.hashes.get('restart_api_pods')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('of the project is good', () => {
    const file: unknown = JSON.parse(readFileSync(new URL('../../data/catalogue.json', import.meta.url), 'utf8'));
    expect(parseCatalogue(file)).toMatchObject({ ok: true });
  });

  test.each<[string, object[], string]>([
    [
      'an id given twice',
      [anAction(), anAction({ aliases: [] })],
      'actions[1].id: `scale_worker_pool` is already taken by actions[0].id',
    ],
    [
      'an alias that is another’s id',
      [anAction(), aRestart({ aliases: ['scale_worker_pool'] })],
      'actions[1].aliases[0]: `scale_worker_pool` is already taken by actions[0].id',
    ],
    [
      'an alias given twice',
      [anAction({ aliases: ['x y', 'x y'] })],
      'actions[0].aliases[1]: `x y` is already taken by actions[0].aliases[0]',
    ],
    ['the reserved id', [anAction({ id: INVESTIGATE })], `actions[0].id: \`${INVESTIGATE}\` is already taken by a reserved word`],
    [
      'the reserved id as an alias',
      [anAction({ aliases: [INVESTIGATE] })],
      `actions[0].aliases[0]: \`${INVESTIGATE}\` is already taken by a reserved word`,
    ],
    [
      'a rollback to nowhere',
      [anAction({ rollback: { action: 'nothing_there' } })],
      'actions[0].rollback.action: `nothing_there` is no id of this catalogue',
    ],
    [
      'a rollback with a parameter its action has not',
      [anAction({ rollback: { action: 'restart_api_pods', parameters: { force: true } } }), aRestart()],
      'actions[0].rollback.parameters: `force` is no parameter of this action',
    ],
    [
      'a rollback that is not for the service',
      [anAction({ services: ['a', 'b'], rollback: { action: 'restart_api_pods' } }), aRestart({ services: ['a'] })],
      'actions[0].rollback.action: `restart_api_pods` is not for every service that this action is for',
    ],
    [
      'a default outside its own bounds',
      [anAction({ parameters: { n: { type: 'integer', title: 'N', min: 1, max: 5, default: 9 } } })],
      'actions[0].parameters.n: default must lie between 1 and 5',
    ],
    [
      'a default that is no option',
      [anAction({ parameters: { n: { type: 'choice', title: 'N', options: ['a', 'b'], default: 'c' } } })],
      'actions[0].parameters.n: default must be one of a, b',
    ],
    [
      'bounds the wrong way round',
      [anAction({ parameters: { n: { type: 'number', title: 'N', min: 5, max: 1 } } })],
      'actions[0].parameters.n: min is above max',
    ],
    [
      'options that repeat themselves',
      [anAction({ parameters: { n: { type: 'choice', title: 'N', options: ['a', 'a'] } } })],
      'actions[0].parameters.n: options repeat themselves',
    ],
    [
      'a default that its pattern does not allow',
      [anAction({ parameters: { n: { type: 'name', title: 'N', pattern: '[a-z]+', default: 'a1' } } })],
      'actions[0].parameters.n: default must match [a-z]+',
    ],
  ])('with %s is refused, and the key is named', (_claim, actions, problem) => {
    expect(problemsOf(...actions)).toEqual([problem]);
  });

  test('with a pattern that is none is refused', () => {
    expect(problemsOf(anAction({ parameters: { n: { type: 'name', title: 'N', pattern: '[' } } }))[0]).toMatch(
      /^actions\[0\]\.parameters\.n: pattern is no regular expression/,
    );
  });

  test('with a pattern that is none is told of that alone: what refers to it cannot be judged', () => {
    const parameters = { n: { type: 'name', title: 'N', pattern: '[' } };
    const rollback = { action: 'restart_api_pods', parameters: { n: 'x' } };
    expect(problemsOf(anAction({ rollback }), aRestart({ parameters }))).toEqual([
      expect.stringMatching(/^actions\[1\]\.parameters\.n: pattern is no regular expression/),
    ]);
  });

  test('of the wrong shape names every key that is wrong', () => {
    const parsed = parseCatalogue({ actions: [{ ...anAction(), risk: 'huge', shell: 'rm -rf /' }] });
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.split(':')[0])).toEqual(['actions[0].risk', 'actions[0]']);
    expect(parseCatalogue(null)).toMatchObject({ ok: false, problems: [expect.stringMatching(/^the file: /)] });
  });

  test('gives an entry another hash when anything in it changes', () => {
    const before = aCatalogue([anAction()]).hashes.get('scale_worker_pool');
    expect(aCatalogue([anAction({ target: 'elsewhere' })]).hashes.get('scale_worker_pool')).not.toBe(before);
    expect(aCatalogue([anAction()]).hashes.get('scale_worker_pool')).toBe(before);
  });
});

describe('an action', () => {
  const catalogue = aCatalogue([anAction(), aRestart({ services: ['payments-api'] })]);
  const resolve = (proposed: string, service = 'billing-batch') => resolveAction(catalogue, proposed, { service });

  test.each(['scale_worker_pool', 'scale out the workers'])('is meant by its exact id or alias: %s', (proposed) => {
    expect(resolve(proposed)).toMatchObject({ ok: true, action: { id: 'scale_worker_pool' } });
  });

  test.each([
    ['another case', 'Scale_Worker_Pool'],
    ['a space behind', 'scale_worker_pool '],
    ['a space before', ' scale_worker_pool'],
    ['a line break', 'scale_worker_pool\n'],
    ['a look-alike letter', 'sсale_worker_pool'],
    ['wide letters', 'ｓcale_worker_pool'],
    ['an invisible character', 'scale_worker\u200b_pool'],
    ['dashes', 'scale-worker-pool'],
    ['a part of it', 'scale_worker'],
    ['more than it', 'scale_worker_pool; rm -rf /'],
    ['a sentence with it', 'Please run scale_worker_pool now'],
    ['its title', 'Scale the worker pool'],
    ['a name every object has', 'constructor'],
    ['another one', '__proto__'],
    ['a destructive command', 'kubectl delete ns --all'],
    ['nothing', ''],
  ])('is not meant by %s', (_claim, proposed) => {
    expect(resolve(proposed)).toEqual({ ok: false, refusal: 'not_in_the_catalogue' });
  });

  test('the reserved id never resolves', () => {
    expect(resolve(INVESTIGATE)).toEqual({ ok: false, refusal: 'asks_for_people' });
  });

  test('is refused for a service it is not for', () => {
    expect(resolve('restart_api_pods')).toEqual({ ok: false, refusal: 'not_for_this_service' });
    expect(resolve('restart_api_pods', 'payments-api')).toMatchObject({ ok: true });
  });
});
