import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type Prepared } from './node.ts';
import { SINGLE_NODE_SETTINGS } from './node-settings.ts';

const START_MS_MAX = 120_000;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Ordinary work, so that the classes it needs are in the archive too. */
const WORK: readonly [string, string, unknown][] = [
  ['PUT', '/a', { mappings: { properties: { words: { type: 'text' }, at: { type: 'date' }, name: { type: 'keyword' } } } }],
  ['PUT', '/a/_create/1?refresh=true', { words: 'restart the pods', at: '2026-01-01', name: 'x' }],
  ['POST', '/a/_mget', { ids: ['1', '2'] }],
  [
    'POST',
    '/a/_search',
    {
      query: { bool: { must: { match: { words: 'pods' } }, filter: { range: { at: { gte: '2025-01-01' } } } } },
      aggs: { names: { terms: { field: 'name' } }, days: { date_histogram: { field: 'at', fixed_interval: '1d' } } },
    },
  ],
];

/**
 * Starts a node once, lets it work and has the JVM keep the classes it loaded: later starts take half the time. The JVM
 * writes the archive at its end, to a name of its own that is then changed, so nobody ever sees half of one.
 */
export async function archiveClasses(prepared: Prepared): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'governor-elasticsearch-training-'));
  const unfinished = join(prepared.home, `classes-${process.pid}.jsa`);
  const node = createNode({
    prepared,
    dir,
    name: 'training',
    port: 0,
    heap: '512m',
    jvm: [`-XX:ArchiveClassesAtExit=${unfinished}`],
    settings: SINGLE_NODE_SETTINGS,
    startMsMax: START_MS_MAX,
  });
  try {
    await node.start();
    for (const [method, path, body] of WORK) {
      const answer = await fetch(node.url + path, { method, headers: JSON_TYPE, body: JSON.stringify(body) });
      await answer.text();
    }
    await node.stop();
    // Only quicker with it: a JVM that cannot write one is no reason to run no tests.
    if (existsSync(unfinished)) renameSync(unfinished, prepared.archive);
  } finally {
    await node.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}
