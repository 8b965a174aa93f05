import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';

test('a service that nothing talks to yet is told at the start, never passed over in silence', () => {
  const { warnings } = readConfig({ env: { WEBHOOK_TOKEN: 'a-token-that-is-long-enough' } });
  expect(warnings).toContain('WEBHOOK_TOKEN is given, and this version does not use it yet');
  expect(readConfig({ env: {} }).warnings.join()).not.toContain('does not use it yet');
});
