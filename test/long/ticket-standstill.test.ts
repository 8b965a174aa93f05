import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { currentCard } from '../../pipeline/case-state.ts';
import { openCase, SELF_RUNNING, seeThrough, stateOf } from '../fixtures/acts.ts';
import { openStage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';

const LIMIT_MS = 60_000;
const NEXT_TRY_MS = 15_000;

test('a tracker that goes on saying no is told of in the thread once, while the case is carried to its end', async () => {
  const stage = await openStage();
  onTestFinished(stage.close);
  await stage.control.fault({ target: 'tickets', kind: 'error:invalid_field', times: 1_000 });
  const caseId = await openCase(stage, SELF_RUNNING);
  expect((await seeThrough(stage, caseId)).status, stage.report()).toBe('resolved');
  const failuresOf = () => stage.log.entriesOf(caseId).flatMap(({ body }) => (body.kind === 'ticket_failed' ? [body] : []));
  await stage.until('the entry', () => (failuresOf().length > 0 ? true : undefined), { limitMs: LIMIT_MS });
  expect(failuresOf()).toMatchObject([{ act: 'open', key: null, problem: expect.stringContaining('refused') }]);

  const notesOf = async () => {
    const card = currentCard(stateOf(stage, caseId));
    const thread = (await stage.control.messages('channel=incidents')).filter(({ thread_ts }) => thread_ts === card?.ts);
    return thread.flatMap(({ text }) => (text.startsWith('The ticket') ? [text] : []));
  };
  await stage.until('the note', async () => ((await notesOf()).length > 0 ? true : undefined), { limitMs: LIMIT_MS });
  // The next try is refused as well, and no reason to say it again.
  await new Promise((resolve) => setTimeout(resolve, NEXT_TRY_MS));
  expect(await notesOf()).toEqual([
    expect.stringMatching(/^The ticket cannot be opened: the ticket tracker refused: .* It goes on/),
  ]);

  const folder = mkdtempSync(join(tmpdir(), 'governor-ticket-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'case.jsonl');
  writeFileSync(file, await stage.cli('bundle', caseId));
  expect(JSON.parse(await stage.cli('bundle', 'verify', file, '--json'))).toMatchObject({ ok: true, faults: [] });
  expect(await problemsOf(stage), stage.report()).toEqual([]);
}, 120_000);
