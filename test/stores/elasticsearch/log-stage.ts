import { randomUUID } from 'node:crypto';
import type { EntryBody } from '../../../contracts/entry.ts';
import type { Appended, AppendOptions } from '../../../pipeline/ports.ts';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { createElasticLibrary } from '../../../src/stores/elasticsearch/library.ts';
import { type IndexNames, indexNamesOf } from '../../../src/stores/elasticsearch/names.ts';
import { applySetup, planSetup } from '../../../src/stores/elasticsearch/setup.ts';
import { logIndexOf } from '../../../src/stores/elasticsearch/setup-check.ts';
import { openElasticStore } from '../../../src/stores/elasticsearch/store.ts';
import type { Store } from '../../../src/stores/store.ts';
import type { StoreLog } from '../../../src/stores/store-log.ts';
import { quiet } from '../sqlite-stage.ts';

export const LOG_ROLES = ['log', 'cases', 'executions', 'leases'] as const;

/** Names of its own below the prefix, with the log's indices made. */
export async function newNames(elastic: Elastic, prefix: string): Promise<IndexNames> {
  const names = indexNamesOf({ prefix: `${prefix}${randomUUID().slice(0, 8)}-`, indices: {} });
  await applySetup(elastic, await planSetup(elastic, names, LOG_ROLES), { addFields: false });
  return names;
}

/** Many tests make many indices: each goes with its test. */
export async function dropNames(elastic: Elastic, names: IndexNames): Promise<void> {
  const index = [logIndexOf(names.log), names.cases, names.executions, names.leases];
  await elastic.ask('drop', (to) => to.indices.delete({ index, ignore_unavailable: true }));
}

export const openOn = (elastic: Elastic, names: IndexNames, log: StoreLog = quiet, foreignPollMs = 50): Promise<Store> =>
  openElasticStore({
    elastic,
    names,
    library: createElasticLibrary({ elastic, names, now: Date.now, log }),
    now: Date.now,
    log,
    foreignPollMs,
  });

export const note = (problem: string): EntryBody => ({ kind: 'failed', step: 'plan', problem });

export const options = (change: Partial<AppendOptions> = {}): AppendOptions => ({
  entryId: randomUUID(),
  at: new Date().toISOString(),
  open: true,
  ...change,
});

/** Appends a note and gives the answer. */
export const append = (
  { caseLog }: Pick<Store, 'caseLog'>,
  caseId: string,
  seq: number,
  change: Partial<AppendOptions> = {},
): Promise<Appended> => caseLog.append(caseId, seq, note(`${caseId} ${seq}`), options(change));
