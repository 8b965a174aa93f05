import { expect, test } from 'vitest';
import { createObserve, namesService } from '../../pipeline/observed.ts';
import { anAction } from '../fixtures/builders.ts';

const name = { type: 'name', title: 'A name' };

test.each<[string, Record<string, unknown>, Record<string, string>, boolean]>([
  ['is taken from the incident', { ...name, from: 'incident.service' }, { target: 'billing-batch' }, true],
  ['says so in its entry', { ...name, names: 'service' }, { target: 'billing-batch' }, true],
  ['could, and was left out', { ...name, names: 'service', required: false }, {}, false],
  ['is called the same and says nothing', name, { target: 'billing-batch' }, false],
])('whether a parameter names the service, where it %s', (_how, target, given, names) => {
  expect(namesService(anAction({ parameters: { target } }), given)).toBe(names);
});

const seenBy = (telemetry: readonly string[] | Error, library: readonly string[] | Error) => {
  const told = (what: readonly string[] | Error) => async () => {
    if (what instanceof Error) throw what;
    return [...what];
  };
  return createObserve({ telemetry: { services: told(telemetry) }, library: { services: told(library) } });
};
const away = new Error('it is away');

test.each<[string, readonly string[] | Error, readonly string[] | Error, unknown]>([
  ['seen by telemetry', ['orders-api'], [], 'observed'],
  ['told of by a document', [], ['orders-api'], 'observed'],
  ['seen by one while the other is away', ['orders-api'], away, 'observed'],
  ['seen by nobody', ['billing-batch'], [], 'unobserved'],
  [
    'seen by nobody who could be asked is not known, and no "unobserved"',
    [],
    away,
    { unknown: 'whether `orders-api` exists cannot be asked: it is away' },
  ],
])('a service %s', async (_how, telemetry, library, seen) => {
  expect(await seenBy(telemetry, library)('orders-api')).toEqual(seen);
});
