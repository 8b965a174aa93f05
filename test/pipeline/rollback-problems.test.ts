import { describe, expect, test } from 'vitest';
import { parseCatalogue } from '../../pipeline/catalogue.ts';
import { anAction, aRestart } from '../fixtures/builders.ts';

const problemsOf = (...actions: object[]): string[] => {
  const parsed = parseCatalogue({ actions });
  return parsed.ok ? [] : parsed.problems;
};

const name = (change: object = {}) => ({ type: 'name', title: 'T', ...change });
const integer = (min: number, max: number) => ({ type: 'integer', title: 'T', min, max });
const number = (min: number, max: number) => ({ type: 'number', title: 'T', min, max });
const choice = (...options: string[]) => ({ type: 'choice', title: 'T', options });
const flag = { type: 'boolean', title: 'T' };
const ofTheIncident = name({ from: 'incident.service' });
const severity = (...options: string[]) => ({ ...choice(...options), from: 'incident.severity' });

describe('a rollback', () => {
  /** An action with these parameters, undone by another one with those, which are given that. */
  const undone = (ran: object, undoing: object, given: object, change: object = {}): string[] =>
    problemsOf(
      anAction({ parameters: ran, rollback: { action: 'restart_api_pods', parameters: given }, ...change }),
      aRestart({ parameters: undoing }),
    );
  const at = (problem: string): string => `actions[0].rollback.parameters: ${problem}`;

  test.each<[string, object, object]>([
    ['a name to a name of the same pattern', name(), name()],
    ['a name of a service to one', name({ names: 'service' }), ofTheIncident],
    ['a name of a service to a name of anything', ofTheIncident, name()],
    ['a whole number to a wider one', integer(1, 5), integer(0, 5)],
    ['a whole number to a number', integer(1, 5), number(1, 5)],
    ['a number to a number', number(0.5, 1), number(0, 1)],
    ['a choice to one with its options and more', choice('a', 'b'), choice('c', 'b', 'a')],
    ['a flag to a flag', flag, flag],
    ['what may be left out, but has a default', { ...integer(1, 5), required: false, default: 2 }, integer(1, 5)],
    ['what may be left out, but is taken from the incident', name({ required: false, from: 'incident.service' }), name()],
    ['a parameter to one that may be left out', name(), name({ required: false })],
  ])('may refer from %s', (_claim, ran, taken) => {
    expect(undone({ x: ran }, { y: taken }, { y: '{x}' })).toEqual([]);
  });

  test.each<[string, object, object]>([
    ['a name to a name of another pattern', name(), name({ pattern: '[a-z]+' })],
    ['a name to a choice', name(), choice('a')],
    ['a choice to a name', choice('a'), name()],
    ['a name to a number', name(), number(0, 1)],
    ['any name to that of a service', name(), name({ names: 'service' })],
    ['any name to one that is taken from the incident', name(), ofTheIncident],
    ['a whole number to one that begins later', integer(0, 5), integer(1, 5)],
    ['a whole number to one that ends earlier', integer(1, 6), integer(1, 5)],
    ['a number to a whole number', number(1, 5), integer(1, 5)],
    ['a number to a number that ends earlier', number(0, 1.5), number(0, 1)],
    ['a number to a flag', integer(0, 1), flag],
    ['a flag to a number', flag, integer(0, 1)],
    ['a choice to one that lacks an option', choice('a', 'b'), choice('a')],
  ])('may not refer from %s', (_claim, ran, taken) => {
    const problem = '`y` does not take every value that `x` may have run with: give both the same type and bounds';
    expect(undone({ x: ran }, { y: taken }, { y: '{x}' })).toEqual([at(problem)]);
  });

  const absent = '`y` refers to `x`, which may be absent: require it or give it a default';
  const NODE =
    '`node` says what is acted on and must not be left to a default: write `"{node}"` for the one that the action ran with';
  test.each<[string, object, object, object, string]>([
    [
      'a reference to nothing',
      { x: name() },
      { y: name() },
      { y: '{z}' },
      '`y` refers to `z`, which is no parameter of `scale_worker_pool`',
    ],
    [
      'a reference in other letters',
      { x: name() },
      { y: name() },
      { y: '{X}' },
      '`y` refers to `X`, which is no parameter of `scale_worker_pool`',
    ],
    [
      'a reference with spaces',
      { x: name() },
      { y: name() },
      { y: '{ x }' },
      '`y` refers to ` x `, which is no parameter of `scale_worker_pool`',
    ],
    [
      'an empty reference',
      { x: name() },
      { y: name() },
      { y: '{}' },
      '`y` refers to ``, which is no parameter of `scale_worker_pool`',
    ],
    [
      'a reference to what every object has',
      { x: name() },
      { y: name() },
      { y: '{constructor}' },
      '`y` refers to `constructor`, which is no parameter of `scale_worker_pool`',
    ],
    [
      'a reference under a name that the other action has not',
      { x: name() },
      {},
      { y: '{x}' },
      '`y` is no parameter of this action',
    ],
    ['a reference to what may be absent', { x: name({ required: false }) }, { y: name() }, { y: '{x}' }, absent],
    [
      'the same where the other action can do without',
      { x: name({ required: false }) },
      { y: name({ required: false }) },
      { y: '{x}' },
      absent,
    ],
    ['a place inside a text', { x: name() }, { y: name() }, { y: 'pool-{x}' }, '`y` must match ^[a-z0-9][a-z0-9._-]{0,62}$'],
    ['a name left to a default', { node: name() }, { node: name({ default: 'node-1' }) }, {}, NODE],
    ['a name left out', { node: name() }, { node: name({ required: false }) }, {}, NODE],
    ['a needed name left out', { node: name() }, { node: name() }, {}, NODE],
    ['a choice left to a default', { node: choice('a', 'b') }, { node: { ...choice('a', 'b'), default: 'a' } }, {}, NODE],
    ['the incident’s service for what was no service', { node: name() }, { node: ofTheIncident }, {}, NODE],
    [
      'the incident’s severity for another one',
      { node: choice('low') },
      { node: severity('low', 'medium', 'high', 'critical') },
      {},
      NODE,
    ],
    ['nothing where something is needed', {}, { y: integer(0, 1) }, {}, '`y` is missing and has no default'],
    ['a literal out of bounds', {}, { y: integer(0, 1) }, { y: 2 }, '`y` must lie between 0 and 1'],
    [
      'a severity that it does not take',
      {},
      { y: severity('low', 'medium', 'high') },
      {},
      '`y` must be one of low, medium, high',
    ],
  ])('with %s is refused, and says what to write', (_claim, ran, undoing, given, problem) => {
    expect(undone(ran, undoing, given)).toEqual([at(problem)]);
  });

  test.each<[string, object, object, object]>([
    ['a literal in place of a reference', { node: name() }, { node: name({ default: 'node-1' }) }, { node: 'node-2' }],
    ['a figure that has its own default', { workers: integer(1, 50) }, { workers: { ...integer(1, 50), default: 3 } }, {}],
    ['the incident’s service on both sides', { service: ofTheIncident }, { service: ofTheIncident }, {}],
    ['the incident’s service where the action had no such parameter', {}, { service: ofTheIncident }, {}],
    [
      'a name of its own with a default',
      { node: name() },
      { node: name(), gate: name({ default: 'gate-1' }) },
      { node: '{node}' },
    ],
    ['a severity that it takes', {}, { y: severity('low', 'medium', 'high', 'critical') }, {}],
    ['one executed value for two parameters', { x: name() }, { y: name(), z: name() }, { y: '{x}', z: '{x}' }],
  ])('may have %s', (_claim, ran, undoing, given) => {
    expect(undone(ran, undoing, given)).toEqual([]);
  });

  test('may name a service only where every incident is of that service', () => {
    const given = (services: string[] | undefined) =>
      undone({}, { service: ofTheIncident }, { service: 'web' }, services === undefined ? {} : { services });
    expect(given(['web'])).toEqual([]);
    for (const services of [undefined, ['web', 'api']]) {
      expect(given(services)).toEqual([
        expect.stringMatching(/^actions\[0\]\.rollback\.parameters: `service` must be the incident's own/),
      ]);
    }
  });

  test('names each thing that is wrong with it', () => {
    const wrong = undone({ x: flag, node: name() }, { y: name(), z: flag, node: name() }, { y: '{x}', z: '{w}' });
    expect(wrong.map((problem) => /`(.)/.exec(problem)?.[1])).toEqual(['y', 'z', 'n']);
  });

  test('may be the action itself', () => {
    const parameters = { node: name(), share: integer(0, 100) };
    const rollback = (given: object) => ({ action: 'scale_worker_pool', parameters: given });
    expect(problemsOf(anAction({ parameters, rollback: rollback({ node: '{node}', share: 0 }) }))).toEqual([]);
    expect(problemsOf(anAction({ parameters, rollback: rollback({ share: 0 }) }))).toEqual([at(NODE)]);
  });
});
