import { createServer, type Server } from 'node:http';
import type { TestProject } from 'vitest/node';
import { problemOf } from '../../pipeline/errors.ts';
import type { AtHand } from './at-hand.ts';
import { isCi } from './ci.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { findTools, prepareNode } from './prepare.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers with what is at hand, and starts a node the first time it is asked. */
    elasticsearchDoor: string;
  }
}

/** Addresses of a cluster that is there already, the first that is given. */
const GIVEN = ['GOVERNOR_TEST_ELASTICSEARCH', 'ELASTICSEARCH_URL'] as const;
const KEY = 'ELASTICSEARCH_API_KEY';
const WHY_CHARS_MAX = 600;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let door: Server | null = null;
let asked: Promise<AtHand> | null = null;
let own: TestCluster | null = null;

/**
 * Opens a door on the loopback, behind which an Elasticsearch node starts when the first test file knocks: a run of files
 * that need none pays for a listening socket only.
 */
export async function setup(project: TestProject): Promise<void> {
  const given = takeGiven();
  const server = createServer((_request, response) => {
    asked ??= given === null ? startOwn() : Promise.resolve(given);
    asked.then(
      (atHand) => response.end(JSON.stringify(atHand)),
      (fault: unknown) => response.writeHead(500).end(problemOf(fault)),
    );
  });
  // The first start on a machine fetches and compiles, which may take minutes on a slow line.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the door of the test node has no port');
  door = server;
  project.provide('elasticsearchDoor', `http://127.0.0.1:${address.port}`);
}

export async function teardown(): Promise<void> {
  door?.close();
  door?.closeAllConnections();
  // A node that is still starting would be left behind.
  await asked?.catch(() => undefined);
  await own?.stop();
  // In watch mode the same module may be set up again.
  [door, asked, own] = [null, null, null];
}

/**
 * Takes the variables out of the environment, which test workers inherit: a governor that a test starts must not find a
 * cluster by accident.
 */
function takeGiven(): AtHand | null {
  const url = GIVEN.map((name) => process.env[name]?.trim()).find((value) => value !== undefined && value !== '');
  const apiKey = process.env[KEY] ?? null;
  for (const name of [...GIVEN, KEY]) delete process.env[name];
  return url === undefined ? null : { url, apiKey };
}

async function startOwn(): Promise<AtHand> {
  const missing = await whatIsMissing();
  if (missing === null) {
    own = await startCluster();
    return { url: own.urls.join(','), apiKey: null };
  }
  const why = `no Elasticsearch at hand: ELASTICSEARCH_URL is not set, and no node can be started (${missing})`;
  if (isCi()) throw new Error(why);
  say(`${why}; the tests that need one are skipped`);
  return { url: null, why };
}

/** Null where nodes can run here. Without a network the first fetch fails, which is no failure of what is tested. */
async function whatIsMissing(): Promise<string | null> {
  const found = findTools();
  if (!found.ok) return found.why;
  try {
    await prepareNode(found.tools);
    return null;
  } catch (fault) {
    return `what it runs from could not be prepared: ${problemOf(fault).slice(0, WHY_CHARS_MAX)}`;
  }
}
