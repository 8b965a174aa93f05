import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SECRET, startLoader } from './ack.ts';
import { type Child, scriptPath, startChild } from './children.ts';
import { type Emit, figure, printFigure, roundsOr, withFolder } from './figures.ts';

const ROUNDS = roundsOr(9);
const LAUNCHER = fileURLToPath(new URL('../../governor.mjs', import.meta.url));
const BYTES_PER_MB = 1_000_000;
const KIB = 1_024;

type Start = { readyMs: number; rssMb: number };
const SIDES = ['bare', 'cached', 'ours'] as const;
type Side = (typeof SIDES)[number];

/** Resident memory in megabytes, asked of the system, as the process itself need not tell. */
function rssMbOf(pid: number): number {
  const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return (Number(kib.trim()) * KIB) / BYTES_PER_MB;
}

async function measured(starting: Promise<Child>): Promise<Start> {
  const child = await starting;
  const start = { readyMs: child.readyMs, rssMb: rssMbOf(child.pid) };
  await child.stop();
  return start;
}

/**
 * P-F1 and P-F2: spawned until ready, and memory then, against a bare Bolt app. Ours is the whole thing: configuration,
 * store, HTTP routes, Slack's answer to auth.test, worker, jobs; its launcher keeps a compile cache, which is warm here.
 */
export async function benchStartup(emit: Emit): Promise<void> {
  await withFolder(async (folder) => {
    const { loader, port } = await startLoader();
    const env = {
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_API_URL: `http://127.0.0.1:${port}/ours/api/`,
      GOVERNOR_HOME: join(folder, 'home'),
      PORT: '0',
      LOG_LEVEL: 'error',
    };
    const bareEnv = { SLACK_API_URL: `http://127.0.0.1:${port}/bare/api/` };
    const cachedEnv = { ...bareEnv, NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
    const start: Record<Side, () => Promise<Start>> = {
      bare: () => measured(startChild(scriptPath('bare-bolt.mjs'), [], { env: bareEnv })),
      cached: () => measured(startChild(scriptPath('bare-bolt.mjs'), [], { env: cachedEnv })),
      ours: () => measured(startChild(LAUNCHER, ['start'], { env, cwd: folder })),
    };
    const values: Record<Side, Start[]> = { bare: [], cached: [], ours: [] };
    // The first starts fill the caches and make the store.
    for (const side of [...SIDES, ...SIDES]) await start[side]();
    for (let round = 0; round < ROUNDS; round += 1)
      for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) values[side].push(await start[side]());
    await loader.stop();
    const against = (id: string, metric: string, peer: Side, key: keyof Start, atMost: number) => {
      const of = (side: Side): number[] => values[side].map((one) => one[key]);
      emit(figure({ id, metric, unit: key === 'readyMs' ? 'ms' : 'MB', ours: of('ours'), peer: of(peer), goal: { atMost } }));
    };
    against('P-F1', 'spawned to ready vs a bare Bolt app as it is', 'bare', 'readyMs', 1.15);
    against('P-F1 cached', 'spawned to ready vs a bare Bolt app with a compile cache', 'cached', 'readyMs', 1.15);
    against('P-F2', 'resident memory when ready vs a bare Bolt app', 'bare', 'rssMb', 1.25);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchStartup(printFigure);
