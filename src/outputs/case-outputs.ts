import { join } from 'node:path';
import type { Entry } from '../../contracts/entry.ts';
import { isReservedLog } from '../../contracts/entry.ts';
import type { WorkflowEvent } from '../../contracts/output-lines.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { fold } from '../../pipeline/fold.ts';
import type { CaseLog, Clock } from '../../pipeline/ports.ts';
import type { Log } from '../log.ts';
import { type Cursor, openCursor } from './cursor.ts';
import { createJsonLines } from './jsonl.ts';
import { missingLines, type OutputFile } from './missing-lines.ts';
import { reliabilityLines } from './reliability-lines.ts';
import { runLines } from './run-lines.ts';
import { createTimers } from './timers.ts';
import { workflowLines } from './workflow-lines.ts';
import { endLastLine } from './written.ts';

type Parts = {
  /** $GOVERNOR_HOME/output. */
  folder: string;
  log: CaseLog;
  cases: Pick<Cases, 'known'>;
  clock: Clock;
  /** Whether an entry was written from this home; replicas write the lines of their own. */
  isOwn: (entryId: string) => boolean;
  /** Takes the values of this installation's secrets out of a text. */
  hide: (text: string) => string;
  logger: Pick<Log, 'error' | 'info'>;
};

export type CaseOutputs = {
  /** Hears of every entry from here on, and then writes the lines that an earlier process owes. To be called before anything is appended. */
  start(): Promise<void>;
  /** A line of workflow_events.jsonl that is drawn from no entry. */
  tell(event: WorkflowEvent): Promise<void>;
  close(): Promise<void>;
};

const CURSOR_MS = 5_000;
const AGAIN_MS = 5_000;

/**
 * agent_runs, reliability_metrics and workflow_events as projections of the log. A line follows its entry, late at worst:
 * what the cursor says is not yet written is compared with the log at each start, and after each write that failed.
 */
export function createCaseOutputs({ folder, log, cases, clock, isOwn, hide, logger }: Parts): CaseOutputs {
  const runs = outputFile(folder, 'agent_runs', runLines);
  const metrics = outputFile(folder, 'reliability_metrics', reliabilityLines);
  const events = outputFile(folder, 'workflow_events', workflowLines);
  const files = [runs, metrics, events];
  const timers = createTimers();
  const underWay = new Set<string>();
  /** While the log is looked through for missing lines, those that were written meanwhile are not missing. */
  const writtenMeanwhile = new Set<string>();
  const pending = new Set<Promise<void>>();
  let cursor: Cursor | null = null;
  let catching = false;
  let unsubscribe: (() => void) | null = null;

  const put = async ({ writer }: OutputFile, lines: readonly object[]): Promise<void> => {
    await Promise.all(lines.map((line) => writer.append(hidden(line, hide))));
  };

  const project = async (entry: Entry): Promise<void> => {
    // What this process appended is folded before anybody hears of it, so that the state is that of this very entry.
    const known = cases.known(entry.case_id);
    try {
      const state = known?.hash === entry.hash ? known : await stateAt(log, entry);
      await Promise.all(files.map((file) => put(file, file.linesOf(entry, state))));
      if (catching) writtenMeanwhile.add(entry.entry_id);
      cursor?.reached(entry.at);
    } catch (fault) {
      cursor?.owing();
      logger.error('lines of the outputs could not be written; they follow later', {
        case_id: entry.case_id,
        seq: entry.seq,
        problem: problemOf(fault),
      });
      timers.once('again', AGAIN_MS, again);
    } finally {
      underWay.delete(entry.entry_id);
    }
  };

  const watch = (work: Promise<void>): void => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };

  const hear = (entry: Entry): void => {
    if (isReservedLog(entry.case_id) || !isOwn(entry.entry_id)) return;
    underWay.add(entry.entry_id);
    watch(project(entry));
  };

  const writeMissing = async (from: Cursor): Promise<void> => {
    for (const { path } of files) await endLastLine(path);
    const isUnderWay = (id: string): boolean => underWay.has(id) || writtenMeanwhile.has(id);
    const isOurs = ({ entry_id }: Entry): boolean => isOwn(entry_id);
    const missing = await missingLines({ log, files, isOwn: isOurs, isUnderWay }, from.owedFromMs());
    for (const { file, lines } of missing) await put(file, lines);
    if (missing.length > 0) logger.info('lines that the outputs still lacked were written', { lines: missing.length });
  };

  const catchUp = async (from: Cursor): Promise<void> => {
    if (catching) return timers.once('again', AGAIN_MS, again);
    catching = true;
    const failures = from.failures();
    try {
      await writeMissing(from);
    } finally {
      catching = false;
      writtenMeanwhile.clear();
    }
    if (from.failures() === failures) from.settled();
  };

  function again(): void {
    if (cursor === null) return;
    const done = catchUp(cursor).catch((fault: unknown) => {
      logger.error('the outputs could not be compared with the log; that is tried again', { problem: problemOf(fault) });
      timers.once('again', AGAIN_MS, again);
    });
    watch(done);
  }

  function keepPlace(): void {
    cursor?.save().catch((fault: unknown) => logger.error('the outputs cannot keep their place', { problem: problemOf(fault) }));
    timers.once('place', CURSOR_MS, keepPlace);
  }

  return {
    async start() {
      cursor = await openCursor(join(folder, '.cursor.json'), clock.now());
      unsubscribe = log.onAppend(hear);
      keepPlace();
      again();
    },
    tell: (event) => put(events, [event]),
    async close() {
      unsubscribe?.();
      timers.stop();
      await Promise.all(pending);
      await Promise.all(files.map(({ writer }) => writer.close()));
      await cursor?.save();
    },
  };
}

function outputFile(folder: string, name: string, linesOf: OutputFile['linesOf']): OutputFile {
  const path = join(folder, `${name}.jsonl`);
  return { path, linesOf, writer: createJsonLines({ file: path }) };
}

async function stateAt(log: CaseLog, entry: Entry): Promise<CaseState> {
  const entries = await log.read(entry.case_id);
  const state = fold(entries.filter(({ seq }) => seq <= entry.seq));
  if (state === undefined) throw new GovernorError('no_entry', `case ${entry.case_id} has no entry ${entry.seq}`);
  return state;
}

/** The same value with every text of it cleaned; only known values are replaced, so that ids and hashes stay what they are. */
function hidden(line: object, hide: (text: string) => string): object {
  return JSON.parse(JSON.stringify(line), (_key, value: unknown) => (typeof value === 'string' ? hide(value) : value));
}
