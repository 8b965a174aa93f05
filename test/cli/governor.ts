import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { ROOT } from '../fixtures/child.ts';

export type Answer = { code: number | null; out: string; err: string };
export type Run = { env?: Record<string, string>; input?: string; cwd?: string };

/** Only these reach a child: what this test run was started with must not. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG'] as const;
const RUN_MS_MAX = 60_000;

const inherited = (): Record<string, string> =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

/** Starts `governor ARGS` as whoever typed it would, on a home of its own unless one is given. */
export function spawnGovernor(args: readonly string[], { env = {}, cwd = ROOT }: Run = {}) {
  return spawn(process.execPath, [join(ROOT, 'governor.mjs'), ...args], {
    cwd,
    env: { ...inherited(), LOG_LEVEL: 'error', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: RUN_MS_MAX,
    killSignal: 'SIGKILL',
  });
}

/** Runs one command to its end. */
export async function governor(args: readonly string[], run: Run = {}): Promise<Answer> {
  const child = spawnGovernor(args, run);
  const ended = once(child, 'close');
  // A command that reads no input may be gone before it is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.input ?? '');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err };
}

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'governor-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A governor on one home, for several commands. */
export function onHome(home: string = aFolder()) {
  const env = { GOVERNOR_HOME: home };
  return {
    home,
    env,
    run: (...args: string[]) => governor(args, { env }),
    json: async (...args: string[]): Promise<unknown> => JSON.parse((await governor([...args, '--json'], { env })).out),
  };
}

/** A crash shows itself by a stack; a refusal never does. */
export const looksCrashed = ({ err }: Answer): boolean => /\n\s+at .+:\d+:\d+/.test(err) || /node:internal/.test(err);
