import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Action } from '../../../contracts/catalogue.ts';
import { CommandExecutorConfig } from '../../../contracts/executors.ts';
import type { Executor, Order } from '../../../pipeline/ports.ts';
import { createCommandExecutor } from '../../../src/executors/command/command.ts';
import { carriedOut, executorSuite } from '../../conformance/executor.suite.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'governor-commands-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A program that first writes into its own ledger, then does what it is told. */
const PROGRAM = `#!/bin/sh
printf '%s\\n' "$2" >> "$1"
case "$3" in
  done) echo "all well" ;;
  fail) echo "no such pool" >&2; exit 3 ;;
  slow) sleep 1.3; echo "took a while" ;;
  hang) sleep 30 ;;
  stubborn) trap '' TERM; sleep 30 & wait; sleep 30 ;;
  litter) (sleep 1; printf 'late\\n' >> "$1") & ;;
  flood) head -c 3000000 /dev/zero | tr '\\0' x ;;
  env) env | sort | tr '\\n' ' ' ;;
esac
`;

const actionWith = (mode: string, timeout_s = 5): Action =>
  Action.parse({
    id: `do_${mode}`,
    title: mode,
    description: mode,
    executor: 'command',
    risk: 'low',
    recovery: { settle_s: 1, window_s: 5, error_rate_max: 0.05 },
    parameters: {
      ledger: { type: 'name', pattern: '.*', title: 'Ledger' },
      mark: { type: 'name', pattern: '.*', title: 'Mark' },
    },
    command: { argv: [join(home, 'program'), '{ledger}', '{mark}', mode], timeout_s },
  });

type Change = { modes?: Action[]; programs?: string[]; oneMachine?: boolean; environment?: Record<string, string> };

function openExecutor({ modes, programs, oneMachine = true, environment = {} }: Change = {}): Executor {
  writeFileSync(join(home, 'program'), PROGRAM, { mode: 0o755 });
  const actions = modes ?? [actionWith('done')];
  return createCommandExecutor({
    config: CommandExecutorConfig.parse({ enabled: true, programs: programs ?? [join(home, 'program')], environment }),
    actions: new Map(actions.map((action) => [action.id, action])),
    home,
    oneMachine,
    clock: { now: Date.now },
  });
}

const orderFor = (mode: string, change: Partial<Order> = {}): Order => ({
  key: 'inc-1:1',
  caseId: 'inc-1',
  service: 'checkout-web',
  actionId: `do_${mode}`,
  target: '',
  parameters: { ledger: join(home, 'ledger'), mark: 'inc-1:1' },
  notAfter: new Date(Date.now() + 60_000).toISOString(),
  ...change,
});

const effects = (): string[] => {
  try {
    return readFileSync(join(home, 'ledger'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};
const journalFile = (): string => join(home, 'commands', readdirSync(join(home, 'commands'))[0] ?? '');

executorSuite(
  'for commands on this machine',
  async () => {
    const executor = openExecutor();
    const content = orderFor('done');
    return {
      // The program cannot know the key, so the order carries it as its mark.
      executor: { ...executor, run: (order) => executor.run({ ...order, parameters: { ...order.parameters, mark: order.key } }) },
      order: content,
      effects: async (key) => effects().filter((mark) => mark === key).length,
      failNext: async () => rmSync(join(home, 'program')),
      faults: null,
      close: async () => undefined,
    };
  },
  { hasFaults: false, canFail: false },
);

describe('a command ends in what its exit says', () => {
  test.each<[string, string, string, RegExp]>([
    ['success', 'done', 'done', /code 0: all well/],
    ['failure', 'fail', 'failed', /code 3: no such pool/],
    ['slow', 'slow', 'done', /took a while/],
  ])('%s', async (_claim, mode, outcome, detail) => {
    const executor = openExecutor({ modes: [actionWith(mode)] });
    const answer = await carriedOut(executor, orderFor(mode));
    expect(answer).toMatchObject({ outcome, detail: expect.stringMatching(detail) });
    expect(effects()).toEqual(['inc-1:1']);
  });

  test.each(['hang', 'stubborn'])('one that does not end (%s) is stopped with all it started, and is a failure', async (mode) => {
    const executor = openExecutor({ modes: [actionWith(mode, 0.3)] });
    const answer = await carriedOut(executor, orderFor(mode));
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(/did not end within 0.3 s/) });
  });

  test('what it leaves behind in its group is ended with it', async () => {
    const executor = openExecutor({ modes: [actionWith('litter')] });
    await carriedOut(executor, orderFor('litter'));
    await sleep(1_300);
    expect(effects()).toEqual(['inc-1:1']);
  });

  test('a flood of output neither stops it nor fills the answer', async () => {
    const executor = openExecutor({ modes: [actionWith('flood')] });
    const answer = await carriedOut(executor, orderFor('flood'));
    expect(answer.outcome).toBe('done');
    expect(answer.detail.length).toBeLessThanOrEqual(500);
  });

  test('it sees the environment it was given, and nothing of ours', async () => {
    const executor = openExecutor({ modes: [actionWith('env')], environment: { CLUSTER: 'blue' } });
    const { detail } = await carriedOut(executor, orderFor('env'));
    expect(detail).toContain('CLUSTER=blue');
    expect(detail).not.toMatch(/HOME=|NODE_|VITEST|USER=/);
  });
});

describe('refused before anything starts', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a program that the config does not list', () => openExecutor({ programs: ['/bin/true'] }).run(orderFor('done'))],
    ['an action without a command', () => openExecutor().run(orderFor('other'))],
    [
      'a parameter that could pass for an option',
      () => openExecutor().run(orderFor('done', { parameters: { ledger: join(home, 'ledger'), mark: '-rf' } })),
    ],
    ['a missing parameter', () => openExecutor().run(orderFor('done', { parameters: {} }))],
    ['a late order', () => openExecutor().run(orderFor('done', { notAfter: new Date(Date.now() - 1).toISOString() }))],
  ])('%s', async (_claim, run) => {
    expect(await run()).toMatchObject({ outcome: 'refused', effectAt: null });
    expect(effects()).toEqual([]);
  });

  test('a program that is not there', async () => {
    const executor = openExecutor();
    rmSync(join(home, 'program'));
    expect(await executor.run(orderFor('done'))).toMatchObject({ outcome: 'refused', effectAt: null });
  });
});

describe('the journal outlives the process', () => {
  test('what ended is told by a process that has just started', async () => {
    const answer = await carriedOut(openExecutor(), orderFor('done'));
    expect(await openExecutor().status('inc-1:1', null)).toEqual({ seen: true, ...answer });
    expect(await openExecutor().run(orderFor('done'))).toEqual(answer);
    expect(effects()).toHaveLength(1);
  });

  test.each<[string, (text: string) => string]>([
    ['between the start and the end', (text) => `${text.split('\n')[0]}\n`],
    ['while the end was written', (text) => text.slice(0, -20)],
  ])('a process that died %s leaves a question for a person, and the key is never run again', async (_claim, cut) => {
    await carriedOut(openExecutor(), orderFor('done'));
    writeFileSync(journalFile(), cut(readFileSync(journalFile(), 'utf8')));
    const next = openExecutor();
    await expect(next.status('inc-1:1', null)).rejects.toMatchObject({ code: 'outcome_unclear' });
    await expect(next.run(orderFor('done'))).rejects.toMatchObject({ code: 'outcome_unclear' });
    expect(effects()).toHaveLength(1);
  });

  test('a record that cannot be read is no "not seen"', async () => {
    await carriedOut(openExecutor(), orderFor('done'));
    writeFileSync(journalFile(), 'rubbish');
    await expect(openExecutor().status('inc-1:1', null)).rejects.toMatchObject({ code: 'journal_unreadable' });
  });

  test('two processes with one key: one runs it', async () => {
    const both = [openExecutor(), openExecutor()];
    await Promise.allSettled(both.flatMap((executor) => Array.from({ length: 5 }, () => executor.run(orderFor('done')))));
    expect(effects()).toHaveLength(1);
  });

  test("its files are nobody else's to read", async () => {
    await carriedOut(openExecutor(), orderFor('done'));
    expect(statSync(journalFile()).mode & 0o077).toBe(0);
    expect(readdirSync(join(home, 'commands'))).toHaveLength(1);
    appendFileSync(journalFile(), '');
  });
});

test('with processes on other machines it promises nothing: their journals are not seen from here', () => {
  expect(openExecutor({ oneMachine: false }).declares()).toEqual({ refusesLate: false, idempotentByKey: false });
});
