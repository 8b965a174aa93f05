import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCase, SELF_RUNNING, untilRest, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';

// Every test of kills, races and faults ends with this judgement; here it is shown that it does find what is wrong.

let stage: Stage;
let caseId: string;
beforeAll(async () => {
  stage = await openStage();
  caseId = await openCase(stage, SELF_RUNNING);
  await untilRest(stage, caseId);
  await untilTold(stage);
}, 60_000);
afterAll(() => stage.close());

const order = (key: string, action: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ key, action, parameters: {}, case_id: caseId, not_after: new Date(Date.now() + 60_000).toISOString() }),
});

test('an honest case has no problem', async () => {
  expect(await problemsOf(stage), stage.report()).toEqual([]);
});

test('an effect that the governor never started is named', async () => {
  const run = new URL('/executor/run', stage.sandbox().lines[0]);
  expect((await fetch(run, order('rogue', 'drain_node'))).ok).toBe(true);
  expect(await problemsOf(stage)).toEqual(['rogue: the effect has no execution_started']);
});

test.each([
  ['an altered decision', 'gated', 'wrong_hash', "json_set(body, '$.auto_execute', json('false'))"],
  ['an altered parameter', 'execution_started', 'wrong_hash', "json_set(body, '$.parameters.workers', 50)"],
])('%s in the store is named', async (_what, kind, fault, change) => {
  const db = new DatabaseSync(join(stage.home, 'governor.db'), { timeout: 5_000 });
  const before = db.prepare('SELECT place, body FROM entries WHERE case_id = ? AND kind = ?').get(caseId, kind);
  db.prepare(`UPDATE entries SET body = ${change} WHERE place = ?`).run(before?.place ?? 0);
  try {
    expect((await problemsOf(stage)).some((problem) => problem.startsWith(`audit: ${fault} in ${caseId}`))).toBe(true);
  } finally {
    db.prepare('UPDATE entries SET body = ? WHERE place = ?').run(before?.body ?? '', before?.place ?? 0);
    db.close();
  }
});
