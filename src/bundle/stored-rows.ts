import type { BundledRow } from '../../contracts/bundle.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import { findChainFault, rowOf, type SealedRow } from '../../pipeline/chain.ts';
import type { Store } from '../stores/store.ts';
import { isBrokenLog } from './broken-log.ts';

type Stored = Pick<Store, 'caseLog' | 'audit'>;

/**
 * Every row of one log as it is stored. Readers of a log give entries; of those whose hashes hold it is certain that they
 * are what is stored. Where they do not, or the log cannot be read, the rows are looked for as the audit reads them: that
 * takes a pass over the whole store, and leaves nothing out because it is broken.
 */
export async function storedRows({ caseLog, audit }: Stored, logId: string): Promise<SealedRow[]> {
  const sound = await soundRows(caseLog, logId);
  if (sound !== null) return sound;
  return audit.read(async (view) => {
    const rows: SealedRow[] = [];
    for await (const chunk of view.rows()) rows.push(...chunk.filter((row) => row.case_id === logId));
    return rows;
  });
}

async function soundRows(caseLog: Stored['caseLog'], logId: string): Promise<SealedRow[] | null> {
  try {
    const entries = await caseLog.read(logId);
    return findChainFault(logId, entries) === undefined ? entries.map(rowOf) : null;
  } catch (fault) {
    if (isBrokenLog(fault)) return null;
    throw fault;
  }
}

/** The row as a bundle holds it: readable wherever its text can be made again from what is read. */
export function bundledRow({ body, ...row }: SealedRow): BundledRow {
  const value = jsonObject(body);
  return { ...row, body: value !== null && canonicalJson(value) === body ? value : body };
}

/** The way back: the text that was hashed. */
export const sealedRow = ({ body, ...row }: BundledRow): SealedRow => ({
  ...row,
  body: typeof body === 'string' ? body : canonicalJson(body),
});

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    // Only somebody else's hand leaves such a body; it travels as the text it is.
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
