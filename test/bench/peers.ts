import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BESIDE = '../shared/bench-peers';
const isBeside = existsSync(fileURLToPath(new URL(`../../${BESIDE}`, import.meta.url)));

/**
 * The folder in which peers are installed that this project never installs: a copy of the peer benches, named by
 * BENCH_PEERS. Undefined where there is none.
 */
export function peersFolder(): string | undefined {
  const named = process.env.BENCH_PEERS;
  return named !== undefined && existsSync(join(named, 'node_modules')) ? named : undefined;
}

/** What somebody has to do to have this peer measured too. */
export function howToGet(packageName: string, also = ''): string {
  const extra = also === '' ? '' : `; it also needs ${also}`;
  if (isBeside)
    return `copy ${BESIDE} to a folder of its own, run npm install there and in its durable/, then set BENCH_PEERS to that folder${extra}`;
  return `install ${packageName} in a folder of its own and set BENCH_PEERS to that folder${extra}`;
}
