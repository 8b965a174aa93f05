import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { createCases } from '../../pipeline/cases.ts';
import { moved } from '../../pipeline/steps/step.ts';
import { systemClock, systemIds } from '../../src/app/core.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import type { Lane } from '../../src/worker/lane.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { anIncident } from '../fixtures/builders.ts';
import { type Emit, figure, median, perSecond, printFigure, roundsOr, withFolder } from './figures.ts';
import { howToGet, peersFolder } from './peers.ts';
import { quietLog, watchFor } from './stage.ts';

const ROUNDS = roundsOr(5);
const STEPS = ['plan', 'stress', 'compress', 'gate', 'execute'];
const AT_ONCE = 16;
const CASES = 600;
const ALONE = 20;
const RESULT = 'evidence checked against runbooks and policies; '.repeat(4);

/** Runs one case of five steps to its end. */
type RunCase = () => Promise<void>;
type Engine = { run: RunCase; close(): Promise<void> };

/** The case log and the worker, with steps that do nothing but have a result. */
export async function openOurs(folder: string): Promise<Engine> {
  const store = await openSqliteStore({ file: join(folder, 'governor.db'), now: Date.now, log: quietLog });
  const log = store.caseLog;
  const cases = createCases({ log, clock: systemClock, ids: systemIds });
  const lane: Lane = {
    name: 'steps',
    due: ({ seq }) => (seq <= STEPS.length ? { atMs: 0, waits: false } : null),
    run: async (state) => moved(await cases.record(state, nextBody(state))),
  };
  const clock = systemClock;
  const common = { ticketed: false, logger: quietLog, holder: 'bench', leaseMs: 4_000, slotsMax: 32 };
  const worker = createWorker({ log, cases, clock, lanes: [lane], ...common });
  await worker.start();
  const ended = watchFor(store, 'failed');
  let number = 0;
  return {
    async run() {
      number += 1;
      const id = systemIds.caseId(Date.now() + number);
      const incident = anIncident({ id });
      await cases.open(id, { kind: 'incident_opened', incident, channel: 'C0INCIDENTS', intake_key: `bench:${number}` });
      await ended(id);
    },
    async close() {
      await worker.stop(1_000);
      await store.close();
    },
  };
}

/** Five steps and the end, told with the plainest entries that a case may hold. */
function nextBody({ seq }: CaseState): EntryBody {
  const step = STEPS[seq];
  if (step === undefined) return { kind: 'failed', step: 'end', problem: 'the bench is over' };
  return { kind: 'step_failed', step, revision: 1, attempt: seq + 1, problem: RESULT };
}

/** A table as one would write it without a second thought: every step committed, and synced, by itself. */
export function openPlain(folder: string): Engine {
  const db = new DatabaseSync(join(folder, 'plain.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE cases (id INTEGER PRIMARY KEY, status TEXT);
    CREATE TABLE steps (case_id INTEGER, number INTEGER, result TEXT, PRIMARY KEY (case_id, number)) WITHOUT ROWID`);
  const open = db.prepare("INSERT INTO cases VALUES (?, 'running')");
  const step = db.prepare('INSERT INTO steps VALUES (?, ?, ?)');
  const end = db.prepare("UPDATE cases SET status = 'done' WHERE id = ?");
  let last = 0;
  return {
    async run() {
      last += 1;
      const id = last;
      open.run(id);
      for (const [number, name] of STEPS.entries()) {
        step.run(id, number, JSON.stringify({ step: name, case: id, ok: true, detail: RESULT }));
        await null;
      }
      end.run(id);
    },
    close: async () => db.close(),
  };
}

async function stepsPerSecond({ run }: Engine): Promise<number> {
  let left = CASES;
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return perSecond(CASES * STEPS.length, performance.now() - begun);
}

/** Milliseconds from a case's opening to its end, with nothing else going on: where an engine polls, it shows here. */
async function aloneMs({ run }: Engine): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < ALONE; at += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5 + ((at * 7) % 20)));
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  return median(times);
}

type Measured = { rate: number[]; alone: number[] };

async function measureBoth(): Promise<{ ours: Measured; plain: Measured }> {
  return withFolder(async (folder) => {
    const engines = { ours: await openOurs(folder), plain: openPlain(folder) };
    const values = {
      ours: { rate: [] as number[], alone: [] as number[] },
      plain: { rate: [] as number[], alone: [] as number[] },
    };
    for (const engine of Object.values(engines)) for (let at = 0; at < 100; at += 1) await engine.run();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of round % 2 === 0 ? (['ours', 'plain'] as const) : (['plain', 'ours'] as const)) {
        values[name].rate.push(await stepsPerSecond(engines[name]));
        values[name].alone.push(await aloneMs(engines[name]));
      }
    }
    for (const engine of Object.values(engines)) await engine.close();
    return values;
  });
}

/** Engines of other makers, each run by the script of the peer benches, in a process of its own. */
const PEERS = [
  { name: 'OpenWorkflow on SQLite', only: 'openworkflow sqlite', times: 15, alone: 20, needs: '' },
  { name: 'DBOS on PostgreSQL', only: 'DBOS', times: 10, alone: 4, needs: 'PostgreSQL (initdb, pg_ctl and libpq-dev)' },
  { name: 'pg-boss on PostgreSQL', only: 'pg-boss', times: 10, alone: null, needs: 'PostgreSQL (initdb, pg_ctl and libpq-dev)' },
  {
    name: 'graphile-worker on PostgreSQL',
    only: 'graphile',
    times: 10,
    alone: null,
    needs: 'PostgreSQL (initdb, pg_ctl and libpq-dev)',
  },
];
type Peer = (typeof PEERS)[number];

const PeerLine = z.object({ metric: z.string(), median: z.number() });
const PEER_MS_MAX = 400_000;

function runPeer(folder: string, { only }: Peer): z.infer<typeof PeerLine>[] {
  const env = { ...process.env, NODE: process.execPath, ONLY: only, ROUNDS: String(Math.min(ROUNDS, 3)), QUIET_MS: '1000' };
  const { stdout } = spawnSync('bash', ['run.sh'], {
    cwd: join(folder, 'durable'),
    env,
    encoding: 'utf8',
    timeout: PEER_MS_MAX,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line.startsWith('{'));
  return lines.flatMap((line) => PeerLine.safeParse(JSON.parse(line)).data ?? []);
}

async function benchPeer(emit: Emit, folder: string, peer: Peer): Promise<void> {
  const lines = runPeer(folder, peer);
  const medianOf = (metric: string): number | undefined => lines.find((line) => line.metric === metric)?.median;
  const [rate, alone] = [medianOf('steps/s'), medianOf('one workflow alone')];
  if (rate === undefined || alone === undefined)
    return emit({ id: 'P-E1', peer: peer.name, missing: howToGet('the engine', peer.needs) });
  // Measured right after it, so that a machine that changes slowly is the same for both.
  const { ours } = await measureBoth();
  const same = (value: number): number[] => ours.rate.map(() => value);
  emit(
    figure({
      id: 'P-E1',
      metric: `durable steps, ${AT_ONCE} cases at once, vs ${peer.name}`,
      unit: 'steps/s',
      ours: ours.rate,
      peer: same(rate),
      goal: { atLeast: peer.times },
    }),
  );
  if (peer.alone === null) return;
  const metric = `one case of five durable steps alone vs ${peer.name}`;
  emit(figure({ id: 'P-E2', metric, unit: 'ms', ours: ours.alone, peer: same(alone), goal: { timesLess: peer.alone } }));
}

/** P-E1 and P-E2. */
export async function benchDurable(emit: Emit): Promise<void> {
  const { ours, plain } = await measureBoth();
  emit(
    figure({
      id: 'P-E1',
      metric: `durable steps, ${AT_ONCE} cases at once, vs a table committed step by step`,
      unit: 'steps/s',
      ours: ours.rate,
      peer: plain.rate,
      goal: { atLeast: 3 },
    }),
  );
  const metric = 'one case of five durable steps alone vs that table';
  emit(figure({ id: 'P-E2', metric, unit: 'ms', ours: ours.alone, peer: plain.alone, goal: { atMost: 1.5 } }));
  const folder = peersFolder();
  for (const peer of PEERS) {
    if (folder !== undefined && existsSync(join(folder, 'durable', 'node_modules'))) await benchPeer(emit, folder, peer);
    else emit({ id: 'P-E1', peer: peer.name, missing: howToGet('the engine', peer.needs) });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchDurable(printFigure);
  process.exit(0);
}
