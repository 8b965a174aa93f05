import { Entry } from '../../contracts/entry.ts';
import type { SealedRow } from '../../pipeline/chain.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';

/** The entry that a stored row holds. A row that cannot be read is a fault, and never left out. */
export function parseEntry(row: SealedRow): Entry {
  try {
    return Entry.parse({ ...row, body: JSON.parse(row.body) });
  } catch (fault) {
    throw new GovernorError('log_broken', `\`${row.case_id}\` at seq ${row.seq} cannot be read: ${problemOf(fault)}`, {
      cause: fault,
    });
  }
}
