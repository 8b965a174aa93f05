import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import { type SampleLog, sampleLogId } from '../sample-logs/document.ts';
import { PER_DAY_DEFAULT, sampleLogs } from '../sample-logs/sample-logs.ts';
import { storiesAround } from '../sample-logs/stories.ts';
import { type Batches, createBatches, faultOf, isDone } from '../stores/elasticsearch/batches.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { isConflict } from '../stores/elasticsearch/faults.ts';
import { refresh } from '../stores/elasticsearch/searches.ts';
import type { Steps } from './steps.ts';

/** Stands in `event.dataset` of every line that was generated here, and of no other: by it they are told apart. */
export const SAMPLE_DATASET = 'governor_sample_logs';
export const DAYS_BEFORE_DEFAULT = 12;
export const SEED_DEFAULT = 'governor';
/** Lines of days to come fill the windows of those days, as if the site were running. */
const DAYS_AHEAD = 2;

const DAY_MS = 86_400_000;
const LINES_AT_ONCE = 1_000;
/** How faults call the request. */
const LOAD = 'load of the logs';

export type LogsRequest = {
  seed: string;
  /** Whole days before today, in UTC. */
  days: number;
  nowMs: number;
};
export type LogsSummary = { index: string; lines: number; added: number; from: string; to: string };
export type LogsPlan = LogsSummary & { fresh: readonly Line[] };
type Line = { id: string; line: Omit<SampleLog, 'event'> & { event: { dataset: string } } };

const Held = z.object({ ours: z.object({ doc_count: z.int() }) });

/** How many documents an index or data stream holds, parted into generated lines and others. It must exist. */
export async function logsHeld(elastic: Elastic, index: string): Promise<{ ours: number; foreign: number }> {
  await show(elastic, index);
  const { total, aggregations } = await elastic.search('whose the logs are', {
    index,
    size: 0,
    track_total_hits: true,
    aggs: { ours: { filter: { term: { 'event.dataset': SAMPLE_DATASET } } } },
  });
  const ours = Held.parse(aggregations).ours.doc_count;
  return { ours, foreign: (total ?? 0) - ours };
}

/**
 * Which generated lines `index` lacks; `exists` says whether there is such an index. Refuses one that holds anybody
 * else's documents: a real service's figures would be mixed with invented ones.
 */
export async function planLogs(elastic: Elastic, index: string, request: LogsRequest, exists: boolean): Promise<LogsPlan> {
  const { ours, foreign } = exists ? await logsHeld(elastic, index) : { ours: 0, foreign: 0 };
  if (foreign > 0)
    throw new GovernorError(
      'logs_foreign',
      `\`${index}\` holds documents that were not generated here (${foreign}), and samples are not mixed with them; ` +
        'leave --logs and --sample out, or name another index in elasticsearch.indices.logs',
    );
  const { from, to, lines } = linesFor(request, ours === 0);
  const fresh = ours === 0 ? lines : await notThere(elastic, index, lines);
  return { index, lines: lines.length, added: fresh.length, from, to, fresh };
}

/**
 * Lines of whole days, so that a second run on the same day generates the same ones. Outages are told around the moment
 * of the first run alone: around another moment they would be others.
 */
function linesFor({ seed, days, nowMs }: LogsRequest, withStories: boolean) {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const from = new Date(today - days * DAY_MS).toISOString();
  const to = new Date(today + (DAYS_AHEAD + 1) * DAY_MS).toISOString();
  const incidents = withStories ? storiesAround(nowMs) : [];
  const lines = Array.from(sampleLogs({ seed, from, to, perDay: PER_DAY_DEFAULT, incidents }), (line) => ({
    id: sampleLogId(line),
    line: { ...line, event: { dataset: SAMPLE_DATASET } },
  }));
  return { from, to, lines };
}

/** The lines whose ids the index has not. Asked by search, since a data stream gives no document by its id. */
async function notThere(elastic: Elastic, index: string, lines: readonly Line[]): Promise<Line[]> {
  const there = new Set<string>();
  for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
    const values = lines.slice(at, at + LINES_AT_ONCE).map(({ id }) => id);
    const query = { ids: { values } };
    const found = await elastic.search('which lines are there', { index, size: LINES_AT_ONCE, _source: false, query });
    for (const { id } of found.hits) there.add(id);
  }
  return lines.filter(({ id }) => !there.has(id));
}

/** Writes what the plan found missing, and gives how many lines were new: another process may load the same meanwhile. */
export async function writeLogs(elastic: Elastic, { index, fresh }: LogsPlan, steps: Steps): Promise<number> {
  const step = steps('access logs', fresh.length);
  const batches = createBatches(elastic, LOAD);
  let added = 0;
  for (let at = 0; at < fresh.length; at += LINES_AT_ONCE) {
    const some = fresh.slice(at, at + LINES_AT_ONCE);
    added += await create(batches, index, some);
    step(some.length);
  }
  if (added > 0) await show(elastic, index);
  return added;
}

/** How many of them were not there yet. */
async function create(batches: Batches, index: string, lines: readonly Line[]): Promise<number> {
  const written = await batches.write(lines.map(({ id, line }) => ({ action: 'create', index, id, document: { ...line } })));
  const failed = written.find((one) => !isDone(one) && !isConflict(one.status));
  if (failed !== undefined) throw faultOf(LOAD, failed);
  return written.filter(isDone).length;
}

/** What another process has just loaded is seen as well. */
const show = (elastic: Elastic, index: string): Promise<void> => refresh(elastic, [index], 'refresh of the logs');
