import { expect, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { createThreadReader } from '../../src/app/thread-reader.ts';
import { ChatFault } from '../../src/chat/slack-fault.ts';
import { aCase } from '../fixtures/a-case.ts';

const nothing = (): void => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };

const unrecovered = () => aCase().decided().started().recorded('done').verified('not_recovered').now;
const waiting = () => aCase({ wrong: { contradictions: 2 } }).decided().now;
const ready = () => aCase().decided().now;

/** A reader over these open cases. `atEach` stands in the reading of each thread. */
function readerOf(open: Record<string, CaseState>, atEach: (caseId: string) => Promise<void> = async () => undefined) {
  const read: string[] = [];
  const waits: number[] = [];
  let nowMs = 0;
  const connection = { connected: true, sinceMs: Number.MAX_SAFE_INTEGER, epoch: 1 };
  const states = new Map(Object.entries(open).map(([caseId, state]) => [caseId, { ...state, caseId }]));
  const never = (): never => {
    throw new Error('nothing of these tests writes');
  };
  const reader = createThreadReader({
    log: { openCases: async () => [...states.keys()] } as unknown as Parameters<typeof createThreadReader>[0]['log'],
    cases: {
      load: async (caseId) => states.get(caseId),
      known: (caseId) => (caseId.startsWith('unknown') ? undefined : states.get(caseId)),
      record: never,
      open: never,
      change: never,
    },
    chat: { connection: () => connection },
    clock: { now: () => nowMs++ },
    readThread: async ({ caseId }) => {
      read.push(caseId);
      await atEach(caseId);
    },
    wake: nothing,
    logger,
    countsMs: Number.POSITIVE_INFINITY,
    wait: async (ms) => void waits.push(ms),
  });
  return { reader, read, waits, connection, stateOf: (caseId: string) => states.get(caseId) as CaseState };
}

test('threads in which a reply may decide something are read before those of cases that only stayed open', async () => {
  const { reader, read } = readerOf({
    'old-1': unrecovered(),
    'old-2': unrecovered(),
    pending: waiting(),
    'unknown-1': unrecovered(),
    ready: ready(),
  });
  await reader.readAll();
  expect(read.slice(0, 3)).toEqual(['pending', 'unknown-1', 'ready']);
  await expect.poll(() => read.slice(3)).toEqual(['old-1', 'old-2']);
});

test('those that only stayed open are not waited for, are read at a pace, and the one first that waited longest', async () => {
  const held = Promise.withResolvers<void>();
  const open = { 'old-1': unrecovered(), 'old-2': unrecovered(), pending: waiting() };
  const { reader, read, waits, connection } = readerOf(open, (caseId) => (caseId === 'old-1' ? held.promise : Promise.resolve()));
  await reader.readAll();
  await expect.poll(() => read).toEqual(['pending', 'old-1']);
  connection.connected = false;
  held.resolve();
  await expect.poll(() => waits).toEqual([3_000]);
  connection.connected = true;
  await reader.readAll();
  await expect.poll(() => read).toEqual(['pending', 'old-1', 'pending', 'old-2', 'old-1']);
});

test('a thread that Slack puts off is read when it may be, before the next one', async () => {
  let refusals = 2;
  const { reader, read, waits, stateOf } = readerOf({ a: waiting(), b: waiting() }, async (caseId) => {
    if (caseId !== 'a' || refusals === 0) return;
    refusals -= 1;
    throw new ChatFault('rate_limited', 'not now', { retryAfterMs: 30_000 });
  });
  await reader.readAll();
  expect([read, waits]).toEqual([
    ['a', 'a', 'a', 'b'],
    [30_000, 30_000],
  ]);
  expect(reader.isRead(stateOf('a'))).toBe(true);
});

test('any other fault keeps nobody else waiting', async () => {
  const { reader, read, waits, stateOf } = readerOf({ a: waiting(), b: waiting() }, async (caseId) => {
    if (caseId === 'a') throw new Error('no answer');
  });
  await reader.readAll();
  expect([read, waits]).toEqual([['a', 'b'], []]);
  expect([reader.isRead(stateOf('a')), reader.isRead(stateOf('b'))]).toEqual([false, true]);
});

test('a case that is ready asks for its own thread, and need not wait for those of all others', async () => {
  const held = Promise.withResolvers<void>();
  const open = { old: waiting(), ready: ready() };
  const { reader, stateOf } = readerOf(open, (caseId) => (caseId === 'old' ? held.promise : Promise.resolve()));
  const all = reader.readAll();
  expect(reader.isRead(stateOf('ready'))).toBe(false);
  reader.readSoon('ready');
  await new Promise((resolve) => setImmediate(resolve));
  expect(reader.isRead(stateOf('ready'))).toBe(true);
  held.resolve();
  await all;
});

test('a connection that is lost and found again begins one reading anew, and no second beside the first', async () => {
  const gate = Promise.withResolvers<void>();
  const { reader, read, connection } = readerOf({ a: waiting(), b: waiting(), c: waiting() }, () => gate.promise);
  const first = reader.readAll();
  await new Promise((resolve) => setImmediate(resolve));
  connection.epoch = 2;
  const second = reader.readAll();
  gate.resolve();
  await Promise.all([first, second]);
  expect(read.filter((caseId) => caseId === 'b')).toHaveLength(1);
  expect(read.filter((caseId) => caseId === 'c')).toHaveLength(1);
});

test('a thread that was being read when the connection changed is read once more: something may have been missed in between', async () => {
  const gate = Promise.withResolvers<void>();
  const { reader, read, connection, stateOf } = readerOf({ a: waiting() }, () => gate.promise);
  const first = reader.readAll();
  await new Promise((resolve) => setImmediate(resolve));
  connection.epoch = 2;
  await reader.readAll();
  expect(reader.isRead(stateOf('a'))).toBe(false);
  gate.resolve();
  await first;
  expect(read).toEqual(['a', 'a']);
  expect(reader.isRead(stateOf('a'))).toBe(true);
});

test('while Slack is away no thread is asked for', async () => {
  const { reader, read, connection } = readerOf({ a: waiting() });
  connection.connected = false;
  await reader.readAll();
  expect(read).toEqual([]);
});
