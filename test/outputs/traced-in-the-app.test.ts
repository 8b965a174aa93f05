import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ToolCall } from '../../contracts/tool-call.ts';
import { openCase, SELF_RUNNING, seeThrough, untilTold } from '../fixtures/acts.ts';
import { openStage } from '../fixtures/app.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('a running governor traces what its planner and its own stress test and last check asked, under their case', async () => {
  const stage = await openStage();
  closing.push(stage.close);
  const caseId = await openCase(stage, SELF_RUNNING);
  expect((await seeThrough(stage, caseId)).status, stage.report()).toBe('resolved');
  await untilTold(stage);
  const lines = readFileSync(join(stage.home, 'output', 'tool_trace.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ToolCall.parse(JSON.parse(line)));
  expect(new Set(lines.map(({ case_id }) => case_id))).toEqual(new Set([caseId]));
  const askedBy = (name: string) => [...new Set(lines.flatMap(({ client, tool }) => (client === name ? [tool] : [])))].sort();
  const own = ['library.candidates', 'library.get', 'library.policies', 'telemetry.figures'];
  expect(askedBy('governor.stress')).toEqual(own);
  expect(askedBy('governor.recheck')).toEqual(own);
  expect(askedBy('playbook')).toEqual(expect.arrayContaining(['library.search_runbooks']));
  expect(askedBy('recorded')).toEqual(expect.arrayContaining(['planner.plan', 'planner.stress']));
  expect(lines.find(({ client, tool }) => client === 'governor.stress' && tool === 'library.get')?.found).toBeGreaterThan(0);
}, 60_000);
