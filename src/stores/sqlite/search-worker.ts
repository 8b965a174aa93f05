import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { problemOf } from '../../../pipeline/errors.ts';
import { openReader } from './connection.ts';
import { createSearch, Search } from './search.ts';

// The thread of long searches: a read connection of its own, one search at a time, answered by number.
const { file } = z.object({ file: z.string() }).parse(workerData);
const Request = z.object({ number: z.int(), search: Search });
const prepare = createSearch(openReader(file));

parentPort?.on('message', (message: unknown) => {
  const { number, search } = Request.parse(message);
  try {
    parentPort?.postMessage({ number, ok: true, hits: prepare(search).run() });
  } catch (fault) {
    parentPort?.postMessage({ number, ok: false, problem: problemOf(fault) });
  }
});
