import { expect, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { configProblems } from '../../src/config/config-checks.ts';

const services = { shop: { hosts: ['shop.example'] } };

test.each<[string, object, string[]]>([
  ['the defaults', {}, []],
  ['the defaults with services', { elasticsearch: { services } }, []],
  ['just half of the window', { telemetry_window_s: 60, elasticsearch: { services, late_s: 30 } }, []],
  ['more than half of it', { telemetry_window_s: 60, elasticsearch: { services, late_s: 30.1 } }, ['elasticsearch.late_s']],
  ['more than half of it, but nothing is measured there', { telemetry_window_s: 5, elasticsearch: { late_s: 30 } }, []],
])('lines that are late by %s', (_claim, config, keys) => {
  expect(configProblems(GovernorConfig.parse(config)).map(({ key }) => key)).toEqual(keys);
});
