import { type Child, LOAD_CORE, SERVER_CORE, scriptPath, startChild } from './children.ts';
import { type Emit, figure, roundsOr, withFolder } from './figures.ts';
import { createSummaries, serviceOf } from './library.ts';
import { LoadResult } from './load-job.ts';
import { type McpJob, McpReady, type McpServerArgs } from './mcp-job.ts';

// P-G1: our MCP server, with its door, checks, redaction and a trace line on disk for each call, against servers of the
// same packages with nothing around them. The same calls in the same rounds, each side in a process of its own.

const ROUNDS = roundsOr(7);
const SHARE = 0.9;
/** The same for latencies; beside the leaner peer a line that is on disk before the answer may cost something. */
const LATER = { bare: 1.1, lean: 1.3 };
const TOKEN = 'bench-mcp-token-0123';
const WIDE = 16;
const SIDES = ['bare', 'lean', 'ours'] as const;
/** What each peer is, in the figure's words. */
const PEERS = { bare: 'vs the packages’ example', lean: 'vs the same with schemas made once' } as const;
type Side = McpServerArgs['side'];

type Kind = Pick<McpJob, 'era' | 'tool' | 'input' | 'total' | 'wide'> & { says: string };

const score = { tool: 'ddft_score', input: { model: 'gpt-5.4' } };
const search = { tool: 'search_runbooks', input: { query: createSummaries(1_000)(7), service: serviceOf(7) } };
const KINDS: readonly Kind[] = [
  { says: 'a figure, protocol of 2025, 16 at once', era: 'legacy', ...score, total: 1_500, wide: WIDE },
  { says: 'a figure, protocol of 2025, one at a time', era: 'legacy', ...score, total: 500, wide: 1 },
  { says: 'a figure, protocol of 2026, 16 at once', era: 'modern', ...score, total: 1_500, wide: WIDE },
  { says: 'a figure, protocol of 2026, one at a time', era: 'modern', ...score, total: 500, wide: 1 },
  { says: 'a search of runbooks, protocol of 2025, 16 at once', era: 'legacy', ...search, total: 1_000, wide: WIDE },
];

async function startServer(side: Side, folder: string): Promise<{ child: Child; port: number }> {
  const args: McpServerArgs = { side, folder: `${folder}/${side}` };
  const child = await startChild(scriptPath('mcp-server.ts'), [JSON.stringify(args)], { core: SERVER_CORE });
  return { child, ...McpReady.parse(JSON.parse(child.first)) };
}

async function measure(loader: Child, job: McpJob): Promise<LoadResult> {
  const result = LoadResult.parse(JSON.parse(await loader.ask(JSON.stringify(job))));
  if (result.bad > 0) throw new Error(`${result.bad} calls of ${job.tool} were not answered`);
  return result;
}

type Results = Map<Kind, Record<Side, LoadResult[]>>;

async function allSides(): Promise<Results> {
  return withFolder(async (folder) => {
    const loader = await startChild(scriptPath('mcp-loader.ts'), [], { core: LOAD_CORE });
    const servers = {
      bare: await startServer('bare', folder),
      lean: await startServer('lean', folder),
      ours: await startServer('ours', folder),
    };
    const run = (side: Side, { says: _says, ...kind }: Kind) =>
      measure(loader, { ...kind, port: servers[side].port, token: TOKEN });
    for (const side of SIDES) for (const kind of KINDS) await run(side, kind);
    const results: Results = new Map(KINDS.map((kind) => [kind, { bare: [], lean: [], ours: [] }]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [kind, taken] of results) {
        for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) taken[side].push(await run(side, kind));
      }
    }
    for (const { child } of Object.values(servers)) await child.stop();
    await loader.stop();
    return results;
  });
}

type PickFigure = (one: LoadResult) => number;
type Peer = keyof typeof PEERS;
type Goal = { atLeast: number } | { atMost: number };

const figuresFor = (peer: Peer): readonly [name: string, unit: string, pick: PickFigure, goal: Goal][] => [
  ['', 'calls/s', ({ perSecond }) => perSecond, { atLeast: SHARE }],
  [', p50', 'us', ({ p50Us }) => p50Us, { atMost: LATER[peer] }],
  [', p99', 'us', ({ p99Us }) => p99Us, { atMost: LATER[peer] }],
];

export async function benchMcp(emit: Emit): Promise<void> {
  for (const [{ says }, taken] of await allSides()) {
    for (const peer of ['bare', 'lean'] as const) {
      for (const [name, unit, pick, goal] of figuresFor(peer)) {
        const metric = `tools/call ${PEERS[peer]}, ${says}${name}`;
        emit(figure({ id: 'P-G1', metric, unit, ours: taken.ours.map(pick), peer: taken[peer].map(pick), goal }));
      }
    }
  }
}
