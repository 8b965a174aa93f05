import { createInterface } from 'node:readline';
import { problemOf } from '../../pipeline/errors.ts';
import { casesOf, rateOf } from './case.ts';
import { openElasticStage } from './elastic-stage.ts';
import { type Stage, watchFor } from './stage.ts';

// One replica, a process of its own over a cluster that others use as well: `FROM COUNT WIDE` on a line opens that many
// cases, so many at a time, and answers with their number once all are decided and shown.

const [, , url = '', prefix = '', folder = '', documents = '0'] = process.argv;

const stage = await openElasticStage({ url, prefix, folder, library: [] });
await stage.governor.start();
const run = casesOf(stage, Number(documents), shownAnywhere(stage));

/** Another replica may take up a case that was opened here: its entries are heard of a little later. */
function shownAnywhere({ store, governor }: Stage): (caseId: string) => Promise<void> {
  const here = watchFor(store, 'decision_shown');
  const waiting = new Map<string, () => void>();
  const look = async (caseId: string): Promise<void> => {
    const state = await governor.core.cases.load(caseId);
    const isShown = Object.values(state?.cards ?? {}).some(({ decisionShown }) => decisionShown !== null);
    if (isShown) waiting.get(caseId)?.();
  };
  store.onForeignChange((caseIds) => {
    for (const caseId of caseIds.filter((id) => waiting.has(id)))
      look(caseId).catch((fault: unknown) => process.stderr.write(`${problemOf(fault)}\n`));
  });
  return async (caseId) => {
    const elsewhere = new Promise<void>((resolve) => waiting.set(caseId, resolve));
    await Promise.race([here(caseId), elsewhere]);
    waiting.delete(caseId);
  };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [from = 0, count = 0, wide = 1] = line.split(' ').map(Number);
  let number = from;
  rateOf(run, count, wide, () => number++).then(
    () => process.stdout.write(`${count}\n`),
    (fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
      process.exit(1);
    },
  );
});
// Whoever asks is gone: nobody would end this process.
process.stdin.on('end', () => process.exit(0));
process.on('SIGTERM', () => void stage.close().finally(() => process.exit(0)));
process.stdout.write('ready\n');
