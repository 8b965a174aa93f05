import type { Emit } from './figures.ts';
import { printFigure } from './figures.ts';

// Runs the benches, or those named as arguments, one after another, and prints one JSON line a figure and nothing else;
// the last line says which targets were reached. ROUNDS=1 gives a quick look. BENCH_PEERS names a folder in which peers
// are installed that this project never installs. What goes wrong is told on the error stream.

type Bench = (emit: Emit) => Promise<void>;

/** Each is loaded when it is its turn, so that none pays for another's imports. */
const BENCHES: Record<string, () => Promise<Bench>> = {
  ack: async () => (await import('./ack.ts')).benchAck,
  'ack-behind': async () => (await import('./ack.ts')).benchAckBehind,
  gate: async () => (await import('./gate.ts')).benchGate,
  search: async () => (await import('./search.ts')).benchSearch,
  append: async () => (await import('./append.ts')).benchAppend,
  durable: async () => (await import('./durable.ts')).benchDurable,
  startup: async () => (await import('./startup.ts')).benchStartup,
  click: async () => (await import('./click.ts')).benchClick,
  case: async () => (await import('./case.ts')).benchCase,
  mcp: async () => (await import('./mcp.ts')).benchMcp,
};

const USAGE = 2;

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    process.stderr.write(`no such bench: ${unknown.join(', ')}; known: ${Object.keys(BENCHES).join(', ')}\n`);
    return USAGE;
  }
  const summary = { reached: [] as string[], missed: [] as string[], missing: [] as string[] };
  const emit: Emit = (line) => {
    printFigure(line);
    if ('missing' in line) summary.missing.push(`${line.id}: ${line.peer}`);
    else (line.reached ? summary.reached : summary.missed).push(`${line.id}: ${line.metric}`);
  };
  let faults = 0;
  for (const [name, load] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      await (await load())(emit);
    } catch (fault) {
      faults += 1;
      process.stderr.write(`the bench ${name} failed: ${fault instanceof Error ? fault.stack : String(fault)}\n`);
    }
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return faults > 0 ? 1 : 0;
}

// The stores' threads and Slack's timers would keep the program alive after its last figure.
process.exit(await main(process.argv.slice(2)));
