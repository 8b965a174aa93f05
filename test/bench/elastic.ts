import type { Print } from './elastic-figures.ts';
import { withNode } from './elastic-node.ts';

// What the log and the library cost in a cluster, on one real node: one JSON line a figure, the last line a summary.
// ROUNDS=1 gives a quick look; names as arguments choose among the benches. ELASTICSEARCH_URL names a node that runs
// already; else one is started for the run, which needs Java and Maven.

type Bench = (url: string, print: Print) => Promise<void>;

const BENCHES: Record<string, () => Promise<Bench>> = {
  trips: async () => (await import('./elastic-trips.ts')).benchTrips,
  replicas: async () => (await import('./elastic-replicas.ts')).benchReplicas,
  latency: async () => (await import('./elastic-latency.ts')).benchLatency,
  past: async () => (await import('./elastic-past.ts')).benchPast,
};

const USAGE = 2;
/** A case that is stuck must not keep the run for ever. */
const BENCH_MS_MAX = 150_000;

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it was not over within ${limitMs / 1_000} s`)), limitMs);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    process.stderr.write(`no such bench: ${unknown.join(', ')}; known: ${Object.keys(BENCHES).join(', ')}\n`);
    return USAGE;
  }
  const begun = performance.now();
  const summary = { reached: [] as string[], missed: [] as string[], told: [] as string[], seconds: 0 };
  const print: Print = (line) => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
    if ('reached' in line) (line.reached ? summary.reached : summary.missed).push(`${line.id}: ${line.metric}`);
    else summary.told.push(`${line.id}: ${line.metric}: ${Number(line.ours.toPrecision(3))} ${line.unit}`);
  };
  let faults = 0;
  await withNode(async (url) => {
    for (const [name, load] of Object.entries(BENCHES)) {
      if (names.length > 0 && !names.includes(name)) continue;
      try {
        await within(BENCH_MS_MAX, (await load())(url, print));
      } catch (fault) {
        faults += 1;
        process.stderr.write(`the bench ${name} failed: ${fault instanceof Error ? fault.stack : String(fault)}\n`);
      }
    }
  });
  summary.seconds = Math.round((performance.now() - begun) / 1_000);
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return faults > 0 ? 1 : 0;
}

// Timers of the stores would keep the program alive after its last figure.
process.exit(await main(process.argv.slice(2)));
