import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parameters } from '../../contracts/catalogue.ts';
import { resolveParameters } from '../../pipeline/parameters.ts';
import { anAction } from '../fixtures/builders.ts';

const action = anAction({
  parameters: {
    service: { type: 'name', title: 'Service', from: 'incident.service' },
    grade: { type: 'choice', title: 'Grade', options: ['low', 'medium', 'high', 'critical'], from: 'incident.severity' },
    workers: { type: 'integer', title: 'Workers', min: 1, max: 50, default: 8 },
    share: { type: 'number', title: 'Share', min: 0, max: 1, default: 0.5 },
    gently: { type: 'boolean', title: 'Gently', default: true },
    zone: { type: 'choice', title: 'Zone', options: ['a', 'b'] },
    note: { type: 'name', title: 'Note', required: false },
    upstream: { type: 'name', title: 'Upstream', names: 'service', required: false },
  },
});
const subject = { service: 'billing-batch', severity: 'medium' } as const;
const resolve = (given: Parameters) => resolveParameters(action, given, subject);

describe('parameters', () => {
  test('that the plan leaves out come from the catalogue, else from the incident', () => {
    expect(resolve({ zone: 'a' })).toEqual({
      parameters: { service: 'billing-batch', grade: 'medium', workers: 8, share: 0.5, gently: true, zone: 'a' },
      problems: [],
    });
  });

  test('that the plan gives win', () => {
    expect(resolve({ zone: 'b', workers: 12, gently: false, grade: 'low' }).parameters).toMatchObject({
      workers: 12,
      gently: false,
      zone: 'b',
      grade: 'low',
    });
  });

  test.each<[string, Parameters, string]>([
    ['without a default and not given', {}, '`zone` is missing and has no default'],
    ['nobody knows', { zone: 'a', force: true }, '`force` is no parameter of this action'],
    ['every object has', { zone: 'a', constructor: 1 }, '`constructor` is no parameter of this action'],
    ['above the bounds', { zone: 'a', workers: 51 }, '`workers` must lie between 1 and 50'],
    ['below the bounds', { zone: 'a', workers: 0 }, '`workers` must lie between 1 and 50'],
    ['of a broken count', { zone: 'a', workers: 1.5 }, '`workers` must be a whole number'],
    ['with a number as text', { zone: 'a', workers: '12' }, '`workers` must be a whole number'],
    ['that are no number', { zone: 'a', share: Number.NaN }, '`share` must be a finite number'],
    ['with a truth as text', { zone: 'a', gently: 'true' }, '`gently` must be true or false'],
    ['that are no option', { zone: 'c' }, '`zone` must be one of a, b'],
    ['that are no option by case', { zone: 'A' }, '`zone` must be one of a, b'],
    ['with a command in a name', { zone: 'a', note: 'x; rm -rf /' }, '`note` must match ^[a-z0-9][a-z0-9._-]{0,62}$'],
    ['with a line break in a name', { zone: 'a', note: 'x\ny' }, '`note` must match ^[a-z0-9][a-z0-9._-]{0,62}$'],
    ['that look like a secret', { zone: 'a', note: 'xoxb-1234567890-abcdefghij' }, '`note` looks like a secret'],
    ['that stood for a secret', { zone: 'a', note: '[redacted]' }, '`note` looks like a secret'],
  ])('%s are a problem', (_claim, given, problem) => {
    expect(resolve(given).problems).toEqual([problem]);
  });

  const elsewhere = "must be the incident's own service: to act on `orders-api`, open an incident for that service";
  test.each(['service', 'upstream'])("that name another service than the incident's are a problem: %s", (name) => {
    const { parameters, problems } = resolve({ zone: 'a', [name]: 'orders-api' });
    expect(problems).toEqual([`\`${name}\` ${elsewhere}`]);
    expect(parameters).not.toHaveProperty(name);
    expect(resolve({ zone: 'a', [name]: 'billing-batch' }).problems).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a name', { type: 'name', names: 'service' }],
    ['a name in place of the incident', { type: 'name', from: 'incident.service' }],
    ['one of a list', { type: 'choice', from: 'incident.service', options: ['billing-batch', 'orders-api'] }],
  ])('a default of the catalogue acts on no other service either: %s', (_how, spec) => {
    const fixed = anAction({ parameters: { target: { title: 'Target', default: 'orders-api', ...spec } } });
    expect(resolveParameters(fixed, {}, subject)).toEqual({ parameters: {}, problems: [`\`target\` ${elsewhere}`] });
    expect(resolveParameters(fixed, { target: 'billing-batch' }, subject).problems).toEqual([]);
  });

  test('a service that looks like a secret is not repeated', () => {
    expect(resolve({ zone: 'a', service: 'xoxb-1234567890-abcdefghij' }).problems).toEqual(['`service` looks like a secret']);
  });

  test('a value that does not fit is left out, and a secret is never repeated', () => {
    const { parameters, problems } = resolve({ zone: 'a', note: 'xoxb-1234567890-abcdefghij', workers: 99 });
    expect(parameters).not.toHaveProperty('note');
    expect(parameters).not.toHaveProperty('workers');
    expect(JSON.stringify({ parameters, problems })).not.toContain('1234567890');
  });

  test('that are called like something every object has are still not given', () => {
    const odd = anAction({ parameters: { constructor: { type: 'integer', title: 'C', min: 0, max: 5, default: 3 } } });
    expect(resolveParameters(odd, {}, subject)).toEqual({ parameters: { constructor: 3 }, problems: [] });
  });

  test('a pattern must match the whole value', () => {
    const loose = anAction({ parameters: { n: { type: 'name', title: 'N', pattern: 'a|b' } } });
    expect(resolveParameters(loose, { n: 'a; reboot' }, subject).problems).toHaveLength(1);
    expect(resolveParameters(loose, { n: 'xb' }, subject).problems).toHaveLength(1);
    expect(resolveParameters(loose, { n: 'b' }, subject).problems).toEqual([]);
  });

  test('whatever is given, only known names with values that fit come out', () => {
    const value = fc.oneof(fc.string({ maxLength: 30 }), fc.double(), fc.boolean(), fc.integer());
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('service', 'workers', 'share', 'gently', 'zone', 'note', 'upstream', 'x', 'toString'),
          value,
        ),
        (given) => {
          const { parameters } = resolve(given);
          expect(Object.keys(parameters).every((name) => Object.hasOwn(action.parameters, name))).toBe(true);
          const { workers = 1, share = 0, service, upstream } = parameters;
          expect([service, upstream].every((one) => one === undefined || one === 'billing-batch')).toBe(true);
          expect(Number.isInteger(workers) && Number(workers) >= 1 && Number(workers) <= 50).toBe(true);
          expect(Number(share) >= 0 && Number(share) <= 1).toBe(true);
        },
      ),
    );
  });
});
