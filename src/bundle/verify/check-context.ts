import { type Entry, lockLog, SLOTS_LOG, SWITCH_LOG } from '../../../contracts/entry.ts';
import { GENESIS, hashOfRow, type SealedRow } from '../../../pipeline/chain.ts';
import { parseRow } from '../sound-part.ts';
import { type Finding, fault } from './finding.ts';
import type { Check, Subject } from './subject.ts';

/** Clocks of several machines; what is nearer together than this is not ordered by its times. */
const SKEW_MS = 5_000;

/** Each entry beside the case says what was sealed, and those that follow one another are linked. */
export const checkContext: Check = (subject) => {
  const { context, state } = subject;
  const logs = new Map<string, SealedRow[]>();
  for (const row of context) logs.set(row.case_id, [...(logs.get(row.case_id) ?? []), row]);
  // A case of which not even the beginning can be read has no service whose lock could be known.
  const known = new Set([SWITCH_LOG, SLOTS_LOG, ...(state === undefined ? logs.keys() : [lockLog(state.incident.service)])]);
  const foreign = [...logs.keys()].filter((log) => !known.has(log));
  return [
    ...foreign.map((log) => fault('context', 'foreign_log', `\`${log}\` is no log that stands around this case`)),
    ...[...logs.values()].flatMap(linkFindings),
    ...effectFindings(subject),
  ];
};

const linkFindings = (rows: readonly SealedRow[]): Finding[] =>
  rows.flatMap((row, index) => {
    const problem = linkProblem(row, rows[index - 1]);
    return problem === null ? [] : [fault('context', 'context_altered', `\`${row.case_id}\` at seq ${row.seq}: ${problem}`)];
  });

function linkProblem(row: SealedRow, before: SealedRow | undefined): string | null {
  if (hashOfRow(row) !== row.hash) return 'it does not say what was sealed';
  if (!parseRow(row).ok) return 'it cannot be read';
  return before === undefined ? firstProblem(row) : nextProblem(row, before);
}

/** The first that was taken out of a log need not be the log's first. */
const firstProblem = ({ seq, prev_hash }: SealedRow): string | null =>
  seq > 0 || prev_hash === GENESIS ? null : 'it is not the first of its log';

function nextProblem(row: SealedRow, before: SealedRow): string | null {
  // Of the places of executions only some are taken out; the other logs come in one piece.
  const isGap = row.seq > before.seq + 1 && row.case_id === SLOTS_LOG;
  if (row.seq !== before.seq + 1) return isGap ? null : 'an entry before it is missing';
  return row.prev_hash === before.hash ? null : 'it does not follow the one before it';
}

/** No effect while everything was paused, and none without the lock of its service, as far as times tell. */
function effectFindings({ entries, context }: Subject): Finding[] {
  const beside = context.flatMap((row) => {
    const parsed = parseRow(row);
    return parsed.ok ? [parsed.entry] : [];
  });
  const ran = new Set(
    entries.flatMap(({ body }) => (body.kind === 'execution_recorded' && RAN.has(body.outcome) ? [body.key] : [])),
  );
  return entries.flatMap((entry) => {
    const { body, seq } = entry;
    if (body.kind !== 'execution_started') return [];
    const paused = ran.has(body.key) && wasPaused(beside, Date.parse(entry.at));
    return [
      ...(paused ? [fault('context', 'ran_while_paused', 'everything was paused when this took effect', { seq })] : []),
      ...(isLocked(beside, entry, body.revision)
        ? []
        : [fault('context', 'without_lock', 'the lock of the service was never taken for it', { seq })]),
    ];
  });
}

const RAN: ReadonlySet<string> = new Set(['done', 'failed']);

function wasPaused(beside: readonly Entry[], startedMs: number): boolean {
  const last = beside.findLast(({ case_id, at }) => case_id === SWITCH_LOG && Date.parse(at) < startedMs);
  return last?.body.kind === 'paused' && startedMs - Date.parse(last.at) > SKEW_MS;
}

const isLocked = (beside: readonly Entry[], started: Entry, revision: number): boolean =>
  beside.some(
    ({ body, at }) =>
      body.kind === 'lock_taken' &&
      body.case_id === started.case_id &&
      body.revision === revision &&
      Date.parse(at) <= Date.parse(started.at) + SKEW_MS,
  );
