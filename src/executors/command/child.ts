import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { problemOf } from '../../../pipeline/errors.ts';

export type ChildOptions = {
  program: string;
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  timeoutMs: number;
  outputBytesMax: number;
};
/** `unstarted`: there was no such program or it may not be run, so nothing happened. */
export type ChildEnd =
  | { kind: 'unstarted'; problem: string }
  | { kind: 'ended'; code: number | null; signal: string | null; timedOut: boolean; output: string };

/** How long a command may take to end by itself once it was told to. */
const GRACE_MS = 2_000;
/** What a command has written is still read for this long after its end. */
const LINGER_MS = 200;

/** Runs a program to its end: no shell, no input, its own process group, a time limit, and at most so much output kept. */
export async function runChild({ program, args, environment, timeoutMs, outputBytesMax }: ChildOptions): Promise<ChildEnd> {
  const child = spawn(program, [...args], {
    cwd: '/',
    env: { ...environment },
    shell: false,
    // A group of its own, so that what the command starts can be ended together with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collected(child, outputBytesMax);
  const closed = once(child, 'close').catch(() => undefined);
  const limit = { timedOut: false };
  const stop = endAfter(child, timeoutMs, limit);
  try {
    const [code, signal] = await once(child, 'exit');
    // Whatever it left behind in its group would go on acting after the answer.
    signalGroup(child, 'SIGKILL');
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LINGER_MS))]);
    return { kind: 'ended', code: numberOr(code), signal: textOr(signal), timedOut: limit.timedOut, output: output() };
  } catch (fault) {
    return { kind: 'unstarted', problem: problemOf(fault) };
  } finally {
    stop();
  }
}

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function endAfter(child: ChildProcess, timeoutMs: number, limit: { timedOut: boolean }): () => void {
  let hard: NodeJS.Timeout | undefined;
  const soft = setTimeout(() => {
    limit.timedOut = true;
    signalGroup(child, 'SIGTERM');
    hard = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  }, timeoutMs);
  return () => {
    clearTimeout(soft);
    clearTimeout(hard);
  };
}

function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (fault) {
    // A group without members is what was wanted.
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'ESRCH')) throw fault;
  }
}

/** The rest is read and dropped: a command that waits for its reader would never end. */
function collected({ stdout, stderr }: ChildProcess, bytesMax: number): () => string {
  const chunks: Buffer[] = [];
  let left = bytesMax;
  const keep = (chunk: Buffer): void => {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= Math.min(left, chunk.length);
  };
  stdout?.on('data', keep);
  stderr?.on('data', keep);
  return () => Buffer.concat(chunks).toString('utf8');
}
