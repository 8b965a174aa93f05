import { isReservedLog } from '../../../contracts/entry.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import { type Batches, createBatches, type Operation, type Written } from './batches.ts';
import { copyOperations, drawCopy, throwFailed } from './copies.ts';
import type { CaseCopy } from './copy-fold.ts';
import type { Elastic } from './elastic.ts';
import { createEntryReader, type EntryReader } from './entry-reader.ts';
import { isConflict } from './faults.ts';
import { createGets, type Gets } from './gets.ts';
import { createKeptEntries } from './kept-entries.ts';
import { createLists, type Lists } from './lists.ts';
import type { IndexNames } from './names.ts';
import { deadlineIn, patiently } from './patience.ts';
import { countCases, refresh } from './searches.ts';
import { applySetup, planSetup } from './setup.ts';

/** What drawing copies anew takes. */
export type Redraw = {
  elastic: Elastic;
  names: IndexNames;
  lists: Lists;
  gets: Gets;
  reader: EntryReader;
  batches: Batches;
};

export type RebuildOptions = {
  elastic: Elastic;
  names: IndexNames;
  log: StoreLog;
  /** Called after each page of cases. */
  onProgress?: (done: { cases: number; of: number }) => void;
};

/** `ahead`: copies that claim to be newer than the log, and so could not be replaced. */
export type Rebuilt = { cases: number; executions: number; ahead: number };

const CASES_AT_ONCE = 50;
/** Reading one log may be tried again for so many timeouts. */
const PATIENCE = 3;

/** Draws the copies of all cases and executions anew from the log; copies drawn from the same entry are replaced too. */
export async function rebuildCopies({ elastic, names, log, onProgress }: RebuildOptions): Promise<Rebuilt> {
  const redraw = redrawFor(elastic, names);
  await refresh(elastic, [names.log]);
  await makeIndices(redraw);
  const of = await countCases(elastic, names.log);
  const rebuilt = { cases: 0, executions: 0, ahead: 0 };
  for await (const page of casePages(redraw.lists)) {
    const drawn = await patiently(deadlineIn(elastic.timeoutMs * PATIENCE), () => drawAll(redraw, page));
    rebuilt.cases += drawn.cases;
    rebuilt.executions += drawn.executions;
    rebuilt.ahead += drawn.ahead;
    onProgress?.({ cases: rebuilt.cases, of });
  }
  if (rebuilt.ahead > 0) log.warn('copies are ahead of the log: was an older log put back?', { copies: rebuilt.ahead });
  await refresh(elastic, [names.cases, names.executions]);
  return rebuilt;
}

/** Draws the copies of those cases that have none, as far as they can be written; gives the ids of all that had none. */
export async function redrawMissing(redraw: Redraw): Promise<string[]> {
  const { lists, gets, names } = redraw;
  await makeIndices(redraw);
  const found: string[] = [];
  for await (const page of casePages(lists)) {
    const copies = await gets.get(page.map((id) => ({ index: names.cases, id })));
    const missing = page.filter((_, at) => copies[at] === null);
    if (missing.length > 0) await drawAnew(redraw, missing);
    found.push(...missing);
  }
  return found;
}

/** A write to an index that is gone would make one with guessed fields. */
async function makeIndices({ elastic, names }: Redraw): Promise<void> {
  await applySetup(elastic, await planSetup(elastic, names, ['cases', 'executions']), { addFields: false });
}

async function* casePages(lists: Lists): AsyncGenerator<string[]> {
  for await (const page of lists.names()) {
    const cases = page.filter((id) => !isReservedLog(id));
    for (let from = 0; from < cases.length; from += CASES_AT_ONCE) yield cases.slice(from, from + CASES_AT_ONCE);
  }
}

type Drawn = { copies: readonly CaseCopy[]; operations: readonly Operation[]; written: readonly Written[] };

/** Reads these logs to their ends and writes what they add up to. */
async function drawAnew({ elastic, reader, batches, names }: Redraw, caseIds: readonly string[]): Promise<Drawn> {
  const until = deadlineIn(elastic.timeoutMs * PATIENCE);
  const read = await Promise.all(caseIds.map(async (caseId) => drawCopy(await reader.read(caseId, 0, until))));
  const copies = read.filter((copy) => copy !== undefined);
  const operations = copies.flatMap((copy) => copyOperations(names, copy));
  const written = operations.length === 0 ? [] : await batches.write(operations);
  throwFailed(written);
  return { copies, operations, written };
}

/** As above, until each of them has a copy: the version of one that was removed stands in the way for a moment. */
async function drawAll(redraw: Redraw, caseIds: readonly string[]): Promise<Rebuilt> {
  const { elastic, gets, names } = redraw;
  const { copies, operations, written } = await drawAnew(redraw, caseIds);
  const kept = operations.filter((_, at) => isConflict(written[at]?.status ?? 0));
  const there = kept.length === 0 ? [] : await gets.get(kept.map(({ index, id }) => ({ index, id })));
  if (there.includes(null)) {
    await refresh(elastic, [names.cases, names.executions]);
    throw new GovernorError('store_unready', 'copies were removed a moment ago and cannot be drawn yet; try again in a minute');
  }
  return { cases: copies.length, executions: operations.length - copies.length, ahead: kept.length };
}

/** What a rebuild outside of an open store works with. */
function redrawFor(elastic: Elastic, names: IndexNames): Redraw {
  const gets = createGets(elastic);
  // Each log is read once: keeping its entries would only take room.
  const reader = createEntryReader({ gets, kept: createKeptEntries(0), index: names.log });
  return { elastic, names, lists: createLists(elastic, names.log), gets, reader, batches: createBatches(elastic, 'copies') };
}
