import { corpus, queriesOf } from './search-corpus.ts';
import { openOurs, openRaw } from './search-engines.ts';

// One engine in a process of its own, on a file that is there already. argv: ours | raw, the file, how many documents.
// Prints {open_ms, memory_mb}: from the closed file to the first answer, and what the process has grown by after all queries.
const [, , engine = '', file = '', size = ''] = process.argv;
const queries = queriesOf(corpus(Number(size)));
const collect: unknown = Reflect.get(globalThis, 'gc');

const memoryMb = (): number => {
  if (typeof collect === 'function') collect();
  return process.memoryUsage().rss / 2 ** 20;
};

const before = memoryMb();
const begun = performance.now();
const opened = engine === 'ours' ? await openOurs(file) : openRaw(file);
const [first, ...others] = queries;
if (first === undefined || (await opened.search(first)) === 0) throw new Error('the first query found nothing');
const openMs = performance.now() - begun;
for (const query of others) await opened.search(query);
process.stdout.write(JSON.stringify({ open_ms: openMs, memory_mb: memoryMb() - before }));
await opened.close();
