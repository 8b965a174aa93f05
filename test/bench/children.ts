import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// The side under test and the side that loads it run in processes of their own, each on one core where the system can
// pin them: else the two would take turns on both and neither would be measured.
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const READY_MS_MAX = 30_000;
const canPin = cpus().length > 1 && process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;

export type Child = {
  pid: number;
  /** Spawned until its first line, in milliseconds. */
  readyMs: number;
  /** Its first line. */
  first: string;
  /** Writes a line to it and resolves with the next line that it prints. */
  ask(line: string): Promise<string>;
  /** Ends it in the ordinary way and waits until it is gone. */
  stop(): Promise<void>;
};

type How = { core?: number; env?: Record<string, string>; nodeArgs?: readonly string[]; cwd?: string };

/** Starts this Node on a script; resolves when it prints its first line, which says that it is ready. */
export async function startChild(script: string, args: readonly string[] = [], how: How = {}): Promise<Child> {
  const { core, env = {}, nodeArgs = [], cwd = process.cwd() } = how;
  const command = [process.execPath, ...nodeArgs, script, ...args];
  const [file = '', ...rest] = core !== undefined && canPin ? ['taskset', '-c', String(core), ...command] : command;
  const begun = performance.now();
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env }, cwd });
  const waiting: { resolve: (line: string) => void; reject: (fault: Error) => void }[] = [];
  const next = (): Promise<string> => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.on('error', (fault) => waiting.shift()?.reject(fault));
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  child.on('exit', () => {
    for (const one of waiting.splice(0)) one.reject(new Error(`${script} ended before it answered`));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS_MAX);
  const first = await next();
  clearTimeout(timer);
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - begun,
    first,
    ask(line) {
      const answer = next();
      child.stdin.write(`${line}\n`);
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** A script of this folder. */
export const scriptPath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
