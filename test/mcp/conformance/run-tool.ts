import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { aFolder } from '../../cli/governor.ts';
import { ROOT } from '../../fixtures/child.ts';

const RUN_MS_MAX = 60_000;
const PACKAGES = join(ROOT, 'node_modules', '@modelcontextprotocol');
const Manifest = z.object({ bin: z.record(z.string(), z.string()) });

/** Runs the command that a development package brings, with a home of its own and nothing of ours in its environment. */
async function runTool(name: string, bin: string, args: readonly string[], env: Record<string, string> = {}) {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')));
  const home = aFolder();
  const child = spawn(process.execPath, [join(PACKAGES, name, manifest.bin[bin] ?? ''), ...args], {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, USERPROFILE: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS_MAX,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err };
}

/** One scenario of the suite: whether all of its checks were good. The suite counts a warning as a failure. */
export type Scenario = { name: string; passed: number; failed: number };

/**
 * All server scenarios against one address. The exit code is 0 where exactly those of the baseline file fail: one more
 * is a regression, one less a line that has to go.
 */
export async function runConformance(url: URL, baseline: string) {
  const ran = await runTool('conformance', 'conformance', [
    ...['server', '--url', url.href, '--suite', 'all'],
    ...['--expected-failures', baseline],
  ]);
  const lines = ran.out.slice(ran.out.indexOf('=== SUMMARY ===')).matchAll(/^\S+ ([\w-]+): (\d+) passed, (\d+) failed/gm);
  const scenarios = [...lines].map(([, name = '', passed, failed]) => ({ name, passed: Number(passed), failed: Number(failed) }));
  return { ...ran, scenarios };
}

/** The inspector as a command: its exit code, what it gives as JSON and what it says on the error stream. */
export async function inspect(args: readonly string[], env: Record<string, string> = {}) {
  const ran = await runTool('inspector', 'mcp-inspector', ['--cli', ...args, '--format', 'json', '--quiet'], env);
  return { ...ran, json: (): unknown => JSON.parse(ran.out) };
}
