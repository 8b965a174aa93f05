import { pathToFileURL } from 'node:url';
import type { AckAppArgs } from './ack-app.ts';
import { type Child, LOAD_CORE, SERVER_CORE, scriptPath, startChild } from './children.ts';
import { type Emit, figure, printFigure, roundsOr, withFolder } from './figures.ts';
import { serviceOf } from './library.ts';
import { AppReady, LoaderReady, type LoadJob, LoadResult } from './load-job.ts';
import { REPORTER, TEAM } from './stage.ts';

const ROUNDS = roundsOr(5);
const WARM_UP = 3_000;
const BUSY = 8_000;
const ALONE = 2_000;
const WIDE = 50;
export const SECRET = 'bench-signing-secret';
const LINES = 100;

/** What Slack sends for `/incident`; `@N@` keeps every one an incident of its own. */
const typed = (service: string): Record<string, string> => ({
  token: 'unused',
  team_id: TEAM,
  team_domain: 'home',
  channel_id: 'C0INCIDENTS',
  channel_name: 'incidents',
  user_id: REPORTER,
  user_name: 'reporter',
  command: '/incident',
  api_app_id: 'A0BENCH',
  is_enterprise_install: 'false',
  text: `${service} high the queue of jobs grows and its workers are slow since 10:04, error rate 7 percent`,
  response_url: 'http://127.0.0.1/commands/1',
  trigger_id: '1.@N@',
});
const commands = Array.from({ length: LINES }, (_one, at) => typed(serviceOf(at)));
const forms = commands.map((command) => new URLSearchParams(command).toString().replaceAll('%40N%40', '@N@'));
const payloads = commands.map((command) => JSON.stringify(command));

type Side = AckAppArgs['side'];
type Sides<T> = Record<Side, T>;

let sentBefore = 0;

export async function measure(loader: Child, job: LoadJob): Promise<LoadResult> {
  const result = LoadResult.parse(JSON.parse(await loader.ask(JSON.stringify(job))));
  if (result.bad > 0) throw new Error(`${result.bad} of ${job.total} were not acknowledged`);
  return result;
}

function jobFor(transport: AckAppArgs['transport'], side: Side, port: number, total: number, wide: number): LoadJob {
  sentBefore += total;
  const common = { from: sentBefore, total, wide };
  if (transport === 'socket') return { over: 'socket', app: side, texts: payloads, ...common };
  return { over: 'http', port, secret: SECRET, perSecond: null, texts: forms, ...common };
}

type Measured = { busy: LoadResult; alone: LoadResult };

export async function startApp(
  loaderPort: number,
  args: Pick<AckAppArgs, 'side' | 'transport' | 'folder'> & Partial<AckAppArgs>,
) {
  const apiUrl = `http://127.0.0.1:${loaderPort}/${args.side}/api/`;
  const whole: AckAppArgs = { apiUrl, secret: SECRET, documents: 0, working: false, pending: 0, ...args };
  const child = await startChild(scriptPath('ack-app.ts'), [JSON.stringify(whole)], { core: SERVER_CORE });
  return { child, ...AppReady.parse(JSON.parse(child.first)) };
}

export async function startLoader(): Promise<{ loader: Child; port: number }> {
  const loader = await startChild(scriptPath('loader.ts'), [], { core: LOAD_CORE });
  return { loader, port: LoaderReady.parse(JSON.parse(loader.first)).port };
}

/** Both sides in turn, round by round, over one transport: many at once, then one at a time. */
async function bothSides(transport: AckAppArgs['transport']): Promise<Sides<Measured[]>> {
  return withFolder(async (folder) => {
    const { loader, port: loaderPort } = await startLoader();
    const apps = {
      bare: await startApp(loaderPort, { side: 'bare', transport, folder }),
      ours: await startApp(loaderPort, { side: 'ours', transport, folder }),
    };
    const run = (side: Side, total: number, wide: number): Promise<LoadResult> =>
      measure(loader, jobFor(transport, side, apps[side].port, total, wide));
    const results: Sides<Measured[]> = { bare: [], ours: [] };
    for (const side of ['bare', 'ours'] as const) await run(side, WARM_UP, WIDE);
    for (let round = 0; round < ROUNDS; round += 1) {
      const turn = round % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const);
      for (const side of turn) results[side].push({ busy: await run(side, BUSY, WIDE), alone: await run(side, ALONE, 1) });
    }
    for (const { child } of Object.values(apps)) await child.stop();
    await loader.stop();
    return results;
  });
}

type PickFigure = (one: Measured) => number;

function against(
  results: Sides<Measured[]>,
  id: string,
  metric: string,
  unit: string,
  pick: PickFigure,
  goal: { atLeast: number } | { atMost: number },
) {
  return figure({ id, metric, unit, ours: results.ours.map(pick), peer: results.bare.map(pick), goal });
}

async function benchHttp(emit: Emit): Promise<void> {
  const results = await bothSides('http');
  const durable = '/incident over HTTP, durable before the ack, vs bare Bolt';
  emit(against(results, 'P-A1', `${durable}, 50 at once`, 'req/s', ({ busy }) => busy.perSecond, { atLeast: 0.9 }));
  emit(against(results, 'P-A1', `${durable}, 50 at once, p99`, 'us', ({ busy }) => busy.p99Us, { atMost: 1.3 }));
  emit(against(results, 'P-A2', `${durable}, one at a time, p50`, 'us', ({ alone }) => alone.p50Us, { atMost: 2.5 }));
  emit(against(results, 'P-A2', `${durable}, one at a time, p99`, 'us', ({ alone }) => alone.p99Us, { atMost: 2.5 }));
}

async function benchSocket(emit: Emit): Promise<void> {
  const results = await bothSides('socket');
  const durable = '/incident over Socket Mode, durable before the ack, vs bare Bolt, 50 at once';
  emit(against(results, 'P-A3', durable, 'req/s', ({ busy }) => busy.perSecond, { atLeast: 0.5 }));
}

const PACES = [
  { documents: 10_000, perSecond: 50 },
  { documents: 100_000, perSecond: 20 },
];
const PACED_S = 10;

/** P-A4: the same app at the same pace, once only taking cases, once working on every one of them as well. */
async function benchBehind(emit: Emit, { documents, perSecond }: (typeof PACES)[number]): Promise<void> {
  await withFolder(async (folder) => {
    const { loader, port: loaderPort } = await startLoader();
    const start = (working: boolean) =>
      startApp(loaderPort, {
        side: 'ours',
        transport: 'http',
        folder: `${folder}/${working ? 'working' : 'idle'}`,
        documents,
        working,
      });
    const apps = { idle: await start(false), working: await start(true) };
    const p99 = async (port: number, seconds: number): Promise<number> => {
      const total = Math.round(seconds * perSecond);
      sentBefore += total;
      const texts = forms;
      const job: LoadJob = { over: 'http', port, secret: SECRET, perSecond, texts, from: sentBefore, total, wide: WIDE };
      return (await measure(loader, job)).p99Us;
    };
    const values: Record<'idle' | 'working', number[]> = { idle: [], working: [] };
    for (const { port } of Object.values(apps)) await p99(port, 3);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const name of ['idle', 'working'] as const) values[name].push(await p99(apps[name].port, PACED_S));
    for (const { child } of Object.values(apps)) await child.stop();
    await loader.stop();
    const metric = `ack p99 with ${perSecond} whole cases/s behind it at ${documents} + ${documents} documents vs idle`;
    emit(figure({ id: 'P-A4', metric, unit: 'us', ours: values.working, peer: values.idle, goal: { atMost: 2 } }));
  });
}

export async function benchAck(emit: Emit): Promise<void> {
  await benchHttp(emit);
  await benchSocket(emit);
}

export async function benchAckBehind(emit: Emit): Promise<void> {
  for (const pace of PACES) await benchBehind(emit, pace);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv[2] !== 'behind') await benchAck(printFigure);
  if (process.argv[2] !== 'plain') await benchAckBehind(printFigure);
}
