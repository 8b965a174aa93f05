import { expect, test } from 'vitest';
import { createObserve, servicesNamed } from '../../pipeline/observed.ts';
import { anAction } from '../fixtures/builders.ts';

const name = { type: 'name', title: 'A name' };

test('a parameter names a service where it is taken from the incident, or where its entry says so, and nowhere else', () => {
  const parameters = {
    service: { ...name, from: 'incident.service' },
    upstream: { ...name, names: 'service' },
    twin: { ...name, names: 'service' },
    absent: { ...name, names: 'service', required: false },
    node: name,
    replicas: { type: 'integer', title: 'Replicas', min: 1, max: 9 },
  };
  const given = { service: 'billing-batch', upstream: 'orders-api', twin: 'orders-api', node: 'node-7', replicas: 3 };
  expect(servicesNamed(anAction({ parameters }), given)).toEqual(['billing-batch', 'orders-api']);
});

const seenBy = (telemetry: readonly string[] | Error, library: readonly string[] | Error) => {
  const told = (what: readonly string[] | Error) => async () => {
    if (what instanceof Error) throw what;
    return [...what];
  };
  return createObserve({ telemetry: { services: told(telemetry) }, library: { services: told(library) } });
};
const away = new Error('it is away');

test.each<[string, readonly string[] | Error, readonly string[] | Error, readonly string[], boolean]>([
  ['seen by telemetry', ['orders-api'], [], [], false],
  ['told of by a document', [], ['orders-api'], [], false],
  ['seen by one while the other is away', ['orders-api'], away, [], false],
  ['seen by nobody', ['billing-batch'], [], ['orders-api'], false],
  ['seen by nobody who could be asked is not known, and no "unobserved"', [], away, [], true],
])('a service %s', async (_how, telemetry, library, unobserved, isUnknown) => {
  const observed = await seenBy(telemetry, library)(['orders-api']);
  expect({ unobserved: observed.unobserved, isUnknown: observed.unknown !== null }).toEqual({ unobserved, isUnknown });
});
