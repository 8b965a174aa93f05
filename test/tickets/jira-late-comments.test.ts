import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { retryAfterOf } from '../../src/worker/backoff.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { said } from '../fixtures/said.ts';
import { aProcess, request } from './jira-stage.ts';

const TIMEOUT_S = 2;

let jira: FakeJira;
beforeEach(async () => {
  jira = await openFakeJira();
});
afterEach(() => jira.close());

test('a comment that arrives after it was given up is not looked for before that, and so not written twice', async () => {
  const { key } = await aProcess(jira).open(request);
  const tickets = aProcess(jira, { config: { timeout_s: TIMEOUT_S } });
  jira.trouble({ on: 'POST /issue/*/comment', kind: 'slow', ms: TIMEOUT_S * 1_000 * 1.5 });
  const fault = await tickets.comment(key, 'inc:4', said('Approved')).catch((given: unknown) => given);
  expect(fault).toMatchObject({ code: 'answer_lost' });
  expect(jira.project.find(key).comments).toHaveLength(0);
  await sleep(retryAfterOf(fault) ?? 0);
  await tickets.comment(key, 'inc:4', said('Approved'));
  // Whatever was still on its way has arrived by now.
  await sleep(TIMEOUT_S * 1_000);
  expect(jira.project.find(key).comments).toHaveLength(1);
});
