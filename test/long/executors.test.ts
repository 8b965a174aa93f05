import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { carriedOut } from '../conformance/executor.suite.ts';
import { commandExecutorIn, commandOrder } from '../fixtures/command-child.ts';

const CHILD = fileURLToPath(new URL('../fixtures/command-child.ts', import.meta.url));
const ROUNDS = 40;
/** A child needs about this long to begin its order, and the order as long again to end. */
const SPAN_MS = 900;

const effectsIn = (home: string, key: string): number => {
  try {
    return readFileSync(join(home, 'ledger'), 'utf8')
      .split('\n')
      .filter((line) => line === key).length;
  } catch {
    return 0;
  }
};

type Ends = { neverBegun: number; cutOff: number; ended: number };

/** What the next process is told of the key, held against the ledger; then the same order once more. */
async function askAfterwards(home: string, key: string, ends: Ends): Promise<void> {
  const executor = commandExecutorIn(home);
  const status = await executor.status(key, null).catch((fault: { code: string }) => fault.code);
  if (status === 'outcome_unclear') {
    ends.cutOff += 1;
    await expect(executor.run(commandOrder(key))).rejects.toMatchObject({ code: 'outcome_unclear' });
    expect(effectsIn(home, key)).toBeLessThanOrEqual(1);
    return;
  }
  if (typeof status === 'string') throw new Error(`an unplanned fault: ${status}`);
  if (status.seen) ends.ended += 1;
  else ends.neverBegun += 1;
  expect(effectsIn(home, key)).toBe(status.seen ? 1 : 0);
  expect(await carriedOut(executor, commandOrder(key))).toMatchObject({ outcome: 'done' });
  expect(effectsIn(home, key)).toBe(1);
}

test('a process killed at any moment of a command leaves at most one effect, and never a wrong word about it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'governor-kills-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const ends: Ends = { neverBegun: 0, cutOff: 0, ended: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const key = `inc-1:${round}`;
    const child = spawn(process.execPath, [CHILD, home, key], { stdio: 'ignore' });
    const gone = once(child, 'exit');
    await sleep((SPAN_MS * round) / ROUNDS);
    child.kill('SIGKILL');
    await gone;
    // The command itself outlives its governor, in a group of its own, and may still be at its one effect.
    await sleep(300);
    await askAfterwards(home, key, ends);
  }
  expect(ends.neverBegun + ends.cutOff + ends.ended).toBe(ROUNDS);
  // Otherwise the kills did not strike where they were meant to.
  expect(ends.cutOff).toBeGreaterThan(0);
  expect(ends.neverBegun).toBeGreaterThan(0);
});
