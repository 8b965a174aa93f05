import type { Library } from '../../../pipeline/ports.ts';
import type { Store } from '../store.ts';
import type { StoreLog } from '../store-log.ts';
import { elasticAudit } from './audit.ts';
import type { Elastic } from './elastic.ts';
import { ASK_EVERY_MS, createForeignWatch } from './foreign.ts';
import { createElasticLog } from './log.ts';
import type { IndexNames } from './names.ts';
import { deadlineIn, patiently } from './patience.ts';

/** Opening is tried for so many timeouts. */
const OPEN_PATIENCE = 2.5;

export type ElasticStoreOptions = {
  /** Whoever opened the connection closes it, after the store. */
  elastic: Elastic;
  names: IndexNames;
  /** The store only hands it on: the log may be in a cluster and the library in a file. */
  library: Library;
  /** Milliseconds since 1970: for leases. */
  now: () => number;
  log: StoreLog;
  /** How often other processes' entries are looked for; a quarter of a second where it is left out. */
  foreignPollMs?: number;
};

/**
 * Opens the log that several processes share over one cluster. Its indices must be there; copies that are missing are
 * drawn anew first. Throws where the cluster is away or cannot be used.
 */
export async function openElasticStore({
  elastic,
  names,
  library,
  now,
  log,
  foreignPollMs,
}: ElasticStoreOptions): Promise<Store> {
  const foreign = createForeignWatch({ elastic, index: names.log, log, everyMs: foreignPollMs ?? ASK_EVERY_MS });
  const { caseLog, close: closeLog } = createElasticLog({ elastic, names, now, log, foreign });
  await patiently(deadlineIn(OPEN_PATIENCE * elastic.timeoutMs), foreign.begin);
  await caseLog.openCases();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    foreign.stop();
    await closeLog();
  };
  return {
    caseLog,
    library,
    audit: elasticAudit({ elastic, index: names.log, log }),
    onForeignChange: foreign.subscribe,
    close: () => (closing ??= close()),
  };
}
