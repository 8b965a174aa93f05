import { caseIdOf } from '../../pipeline/case-id.ts';
import { GENESIS, rowOf, seal } from '../../pipeline/chain.ts';
import { systemIds } from '../../src/app/core.ts';
import { createBatches, isDone, type Operation } from '../../src/stores/elasticsearch/batches.ts';
import { copyOperations, drawCopy } from '../../src/stores/elasticsearch/copies.ts';
import type { Elastic } from '../../src/stores/elasticsearch/elastic.ts';
import { entryName, logDocument, type Stored } from '../../src/stores/elasticsearch/log-documents.ts';
import type { IndexNames } from '../../src/stores/elasticsearch/names.ts';
import { aCase } from '../fixtures/a-case.ts';
import { serviceOf } from './library.ts';
import { REPORTER } from './stage.ts';

const CASES_AT_ONCE = 500;

/**
 * Stores cases that are over, with the entries and the copies of a whole one each. Written in large requests, as no
 * governor does: the past is there to be measured against, not to be measured.
 */
export async function storePastInCluster(elastic: Elastic, names: IndexNames, count: number): Promise<void> {
  const story = aCase({ incident: { opened_by: REPORTER } }).decided().entries;
  const batches = createBatches(elastic);
  const from = Date.now() - count;
  for (let at = 0; at < count; at += CASES_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(CASES_AT_ONCE, count - at) }, (_one, place) => from + at + place);
    const written = await batches.write(numbers.flatMap((atMs) => operationsOf(names, pastCase(story, atMs))));
    const failed = written.find((one) => !isDone(one));
    if (failed !== undefined) throw new Error(`the past could not be stored: ${JSON.stringify(failed)}`);
  }
}

function pastCase(story: ReturnType<typeof aCase>['entries'], atMs: number): Stored[] {
  const caseId = caseIdOf(atMs, `past:${atMs}`);
  const stored: Stored[] = [];
  for (const { body: told } of story) {
    const body =
      told.kind === 'incident_opened' ? { ...told, incident: { ...told.incident, id: caseId, service: serviceOf(atMs) } } : told;
    const draft = { case_id: caseId, entry_id: systemIds.entryId(), at: new Date(atMs).toISOString(), body };
    const entry = seal(draft, stored.length, stored.at(-1)?.entry.hash ?? GENESIS);
    stored.push({ entry, open: false, term: 1, chars: 0 });
  }
  return stored;
}

function operationsOf(names: IndexNames, stored: readonly Stored[]): Operation[] {
  const entries = stored.map(
    ({ entry }): Operation => ({
      action: 'create',
      index: names.log,
      id: entryName(entry.case_id, entry.seq),
      routing: entry.case_id,
      requireAlias: true,
      document: logDocument(entry, rowOf(entry).body, false),
    }),
  );
  const copy = drawCopy(stored);
  return copy === undefined ? entries : [...entries, ...copyOperations(names, copy)];
}
