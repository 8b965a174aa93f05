import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';

test('a service that nothing talks to yet is told at the start, never passed over in silence', () => {
  const { warnings } = readConfig({ env: { ELASTICSEARCH_URL: 'http://127.0.0.1:9200', ESCALATION_CONTACT: 'U1' } });
  expect(warnings).toContain('ELASTICSEARCH_URL is given, and this version does not use it yet');
  expect(warnings).toContain('ESCALATION_CONTACT is given, and this version does not use it yet');
  expect(readConfig({ env: {} }).warnings.join()).not.toContain('does not use it yet');
});
