import { expect, test } from 'vitest';
import { Action } from '../../contracts/catalogue.ts';
import { ExecutorsConfig } from '../../contracts/executors.ts';
import { readConfig } from '../../src/config.ts';
import { outsideOf, unlistedPrograms } from '../../src/executors/outside.ts';

const actions = new Map<string, Action>();
const oneMachine = (env: Record<string, string>, use?: ('log' | 'library' | 'telemetry')[]): boolean => {
  const settings = readConfig({ env });
  if (use !== undefined) settings.config.elasticsearch.use = use;
  return outsideOf(settings, { actions }).oneMachine;
};

test.each<[string, boolean, () => boolean]>([
  ['the log is a file', true, () => oneMachine({})],
  ['the log is in a cluster', false, () => oneMachine({ ELASTICSEARCH_URL: 'http://127.0.0.1:1' })],
  ['only the library is in a cluster', true, () => oneMachine({ ELASTICSEARCH_URL: 'http://127.0.0.1:1' }, ['library'])],
])('all processes are on one machine where %s: %s', (_claim, expected, found) => {
  expect(found()).toBe(expected);
});

test('an action whose program nobody listed is named, as soon as commands are on', () => {
  const action = Action.parse({
    id: 'flush_cache',
    title: 'Flush',
    description: 'Flushes.',
    executor: 'command',
    risk: 'low',
    recovery: { settle_s: 1, window_s: 5, error_rate_max: 0.05 },
    command: { argv: ['/bin/flush'] },
  });
  const config = (change: object) => ExecutorsConfig.parse({ command: change });
  expect(unlistedPrograms([action], config({ enabled: true, programs: ['/bin/other'] }))).toEqual(['flush_cache']);
  expect(unlistedPrograms([action], config({ enabled: true, programs: ['/bin/flush'] }))).toEqual([]);
  expect(unlistedPrograms([action], config({ enabled: false }))).toEqual([]);
});
