import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const LOOK_MS = 20;
const STOP_MS_MAX = 30_000;
const LOG_LINES = 40;

/** What a node runs from; `prepare.ts` makes it. `archive` may not be there: the start then takes twice as long. */
export type Prepared = { home: string; java: string; archive: string };

export type NodeOptions = {
  prepared: Prepared;
  name: string;
  /** The node's own folder: its data outlives the process. */
  dir: string;
  /** 0 takes a free port, and keeps it for later starts of the same node. */
  port: number;
  /** As the JVM has it, such as `512m`. */
  heap: string;
  jvm: readonly string[];
  settings: Readonly<Record<string, string | number | boolean>>;
  startMsMax: number;
  /** Called after each start, once its addresses are known. */
  onServing?: () => void;
};

/** One real Elasticsearch process. */
export type TestNode = {
  name: string;
  /** Where it answers, from its first start on, also while it is down. */
  url: string;
  /** Where other nodes find it; null while it is down. */
  transport: string | null;
  pid: number;
  running(): boolean;
  /** Resolves once it serves HTTP; whether its cluster has a master is for the cluster to await. */
  start(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
  /** SIGKILL: nothing is flushed, nothing handed over. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing until `resume`. */
  pause(): void;
  resume(): void;
  logTail(lines?: number): string;
};

const Addresses = z.object({ http: z.string(), transport: z.string() });
type Addresses = z.infer<typeof Addresses>;

export function createNode(options: NodeOptions): TestNode {
  const { name, dir } = options;
  const addressesFile = join(dir, 'addresses.json');
  const logFile = join(dir, 'node.log');
  let child: ChildProcess | null = null;
  let last: Addresses | null = null;

  const running = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  // A stopped process does not notice the end of its input, so it would outlive a test run that ends meanwhile.
  const endWithUs = (): void => void child?.kill('SIGKILL');

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || !running()) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(endWithUs, STOP_MS_MAX);
    await gone;
    clearTimeout(late);
  };
  const logTail = (lines = LOG_LINES): string =>
    existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-lines).join('\n') : '';
  const untilServing = async (): Promise<Addresses> => {
    const endMs = Date.now() + options.startMsMax;
    while (!existsSync(addressesFile)) {
      if (!running() || Date.now() > endMs) {
        const why = running() ? 'did not serve in time' : 'ended while it started';
        await end('SIGKILL');
        throw new Error(`the Elasticsearch node \`${name}\` ${why}\n${logTail()}`);
      }
      await sleep(LOOK_MS);
    }
    return Addresses.parse(JSON.parse(readFileSync(addressesFile, 'utf8')));
  };

  return {
    name,
    get url() {
      return last === null ? '' : `http://${last.http}`;
    },
    get transport() {
      return running() ? (last?.transport ?? null) : null;
    },
    get pid() {
      return child?.pid ?? 0;
    },
    running,
    async start() {
      if (running()) return;
      for (const folder of ['config', 'tmp']) mkdirSync(join(dir, folder), { recursive: true });
      rmSync(addressesFile, { force: true });
      const port = last === null ? options.port : Number(new URL(`http://${last.http}`).port);
      child = spawnNode(options, port, logFile);
      process.once('exit', endWithUs);
      child.once('exit', () => process.removeListener('exit', endWithUs));
      last = await untilServing();
      options.onServing?.();
    },
    async stop() {
      if (running()) child?.kill('SIGCONT');
      await end('SIGTERM');
    },
    kill: () => end('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    logTail,
  };
}

function spawnNode(options: NodeOptions, port: number, logFile: string): ChildProcess {
  const { prepared, dir, name, settings } = options;
  const all = { ...settings, 'node.name': name, 'http.port': port, 'transport.port': 0 };
  const log = openSync(logFile, 'a');
  const child = spawn(
    prepared.java,
    [
      ...jvmFlags(options),
      '-cp',
      join(prepared.home, 'lib', '*'),
      'launch.Launcher',
      prepared.home,
      dir,
      ...Object.entries(all).map(([key, value]) => `${key}=${value}`),
    ],
    // The launcher ends with its input, so no node outlives the process that started it.
    { stdio: ['pipe', log, log] },
  );
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  return child;
}

/** Made for a quick start and a small footprint: no second compiler, no parallel collector, classes from the archive. */
function jvmFlags({ prepared: { home, archive }, dir, heap, jvm }: NodeOptions): string[] {
  const natives = join(home, 'native');
  return [
    `-Xms${heap}`,
    `-Xmx${heap}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:+ExitOnOutOfMemoryError',
    '--enable-native-access=ALL-UNNAMED',
    // Elastic's own vector library is not published; compression uses the system's zstd where there is one.
    '-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false',
    ...(existsSync(natives) ? [`-Des.nativelibs.path=${natives}`] : []),
    '-Dio.netty.noUnsafe=true',
    '-Dio.netty.recycler.maxCapacityPerThread=0',
    // The launcher closes the node itself, and logs until that is done.
    '-Dlog4j.shutdownHookEnabled=false',
    '-Dlog4j2.disable.jmx=true',
    `-Djava.io.tmpdir=${join(dir, 'tmp')}`,
    '-Xlog:cds=off',
    ...(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []),
    ...jvm,
  ];
}
