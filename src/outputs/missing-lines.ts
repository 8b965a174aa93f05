import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { advance } from '../../pipeline/fold.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import type { JsonLines } from './jsonl.ts';
import { readWritten, type Written } from './written.ts';

export type LinesOf = (entry: Entry, state: CaseState) => readonly object[];
export type OutputFile = { path: string; linesOf: LinesOf; writer: JsonLines };
export type Missing = { file: OutputFile; entry: Entry; lines: readonly object[] };

type Parts = {
  log: Pick<CaseLog, 'read' | 'openCases' | 'list'>;
  files: readonly OutputFile[];
  isOwn: (entry: Entry) => boolean;
  /** Entries whose lines this process is writing by itself. */
  isUnderWay: (entryId: string) => boolean;
};

/** Cases looked through beside the open ones and those that the last lines name: one may have been opened and closed since. */
const NEWEST_MAX = 500;
/** How long another process of this home may need for a line whose entry is in the log already. */
const OTHERS_MS = 250;

/** Own entries from `sinceMs` on that have no line yet, oldest first: a process was ended, or a disk was full, before them. */
export async function missingLines(parts: Parts, sinceMs: number): Promise<Missing[]> {
  const { log, files } = parts;
  const first = await readAll(files, sinceMs);
  const caseIds = new Set([...(await log.openCases()), ...first.flatMap(({ caseIds }) => [...caseIds])]);
  for (const { case_id } of await log.list(NEWEST_MAX)) caseIds.add(case_id);
  const found: Missing[] = [];
  for (const caseId of caseIds) found.push(...lacking(parts, await log.read(caseId), first, sinceMs));
  if (found.length === 0) return [];
  await sleep(OTHERS_MS);
  const second = await readAll(files, sinceMs);
  return found
    .filter(({ file, entry }) => !second[files.indexOf(file)]?.entryIds.has(entry.entry_id))
    .sort((a, b) => (a.entry.at < b.entry.at ? -1 : 1));
}

const readAll = (files: readonly OutputFile[], sinceMs: number): Promise<Written[]> =>
  Promise.all(files.map(({ path }) => readWritten(path, sinceMs)));

function lacking(
  { files, isOwn, isUnderWay }: Parts,
  entries: readonly Entry[],
  written: readonly Written[],
  sinceMs: number,
): Missing[] {
  let state: CaseState | undefined;
  const missing: Missing[] = [];
  for (const entry of entries) {
    state = advance(state, entry);
    const isConcerned = Date.parse(entry.at) >= sinceMs && isOwn(entry) && !isUnderWay(entry.entry_id);
    if (isConcerned) missing.push(...linesLacking(files, entry, state, written));
  }
  return missing;
}

function linesLacking(files: readonly OutputFile[], entry: Entry, state: CaseState, written: readonly Written[]): Missing[] {
  return files.flatMap((file, index) => {
    if (written[index]?.entryIds.has(entry.entry_id)) return [];
    const lines = file.linesOf(entry, state);
    return lines.length === 0 ? [] : [{ file, entry, lines }];
  });
}
