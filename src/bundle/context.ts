import { lockLog, SLOTS_LOG, SWITCH_LOG } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { SealedRow } from '../../pipeline/chain.ts';
import type { Store } from '../stores/store.ts';
import { parseRow } from './sound-part.ts';
import { storedRows } from './stored-rows.ts';

type Parts = { store: Pick<Store, 'caseLog' | 'audit'>; windowS: number };
/** When the case waited for a place among the executions, in milliseconds; null where it never did. */
type Times = { caseId: string; from: string; to: string; waitedMs: number | null };

const MS = 1_000;

/**
 * What stood around a case: the switch and the lock of its service, from their last entry before the case was opened to the
 * case's last; the places of its own executions, and those of others within `windowS` of a wait for one. An entry that names
 * the case is in whenever it was written.
 */
export async function contextRows({ store, windowS }: Parts, state: CaseState, waitedMs: number | null): Promise<SealedRow[]> {
  const times: Times = { caseId: state.caseId, from: state.openedAt, to: state.lastAt, waitedMs };
  const [switched, locked, slots] = await Promise.all(
    [SWITCH_LOG, lockLog(state.incident.service), SLOTS_LOG].map((log) => storedRows(store, log)),
  );
  return [
    ...ofItsTime(switched ?? [], times),
    ...ofItsTime(locked ?? [], times),
    ...(slots ?? []).filter((row) => isSlotOf(row, times, windowS)),
  ];
}

/** Without a gap, so that the hashes of what is taken out link to one another. */
function ofItsTime(rows: readonly SealedRow[], times: Times): SealedRow[] {
  const first = rows.findLastIndex(({ at }) => at < times.from);
  const last = rows.findLastIndex((row) => row.at <= times.to || caseNamed(row) === times.caseId);
  return rows.slice(Math.max(0, first), last + 1);
}

function isSlotOf(row: SealedRow, { caseId, to, waitedMs }: Times, windowS: number): boolean {
  if (caseNamed(row) === caseId) return true;
  return waitedMs !== null && Date.parse(row.at) > waitedMs - windowS * MS && row.at <= to;
}

function caseNamed(row: SealedRow): string | null {
  const parsed = parseRow(row);
  return parsed.ok && 'case_id' in parsed.entry.body ? parsed.entry.body.case_id : null;
}
