import { z } from 'zod';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';

const SqliteFault = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.int() });

/** SQLite's primary result codes; extended ones carry them in their low byte. */
const BUSY = 5;
const NOT_THERE = new Set([14, 8]); // CANTOPEN, READONLY
const DAMAGED = new Set([11, 26]); // CORRUPT, NOTADB
/** After any of these nothing says that the next write would fare better: FULL, IOERR, READONLY, CORRUPT, CANTOPEN, NOTADB, NOMEM. */
const NO_MORE_WRITES = new Set([13, 10, 8, 11, 14, 26, 7]);

function primaryCode(fault: unknown): number | undefined {
  const parsed = SqliteFault.safeParse(fault);
  return parsed.success ? parsed.data.errcode & 0xff : undefined;
}

const isOneOf = (codes: ReadonlySet<number>, fault: unknown): boolean => {
  const code = primaryCode(fault);
  return code !== undefined && codes.has(code);
};

/** Another process writes at this moment; the same statement may succeed a little later. */
export const isBusy = (fault: unknown): boolean => primaryCode(fault) === BUSY;
export const endsWriting = (fault: unknown): boolean => isOneOf(NO_MORE_WRITES, fault);

/** Why a file could not be opened, in the operator's terms. */
export function openFault(file: string, fault: unknown): GovernorError {
  if (fault instanceof GovernorError) return fault;
  const cause = { cause: fault };
  if (isOneOf(DAMAGED, fault))
    return new GovernorError('store_damaged', `the store \`${file}\` is damaged: ${problemOf(fault)}`, cause);
  if (isOneOf(NOT_THERE, fault))
    return new GovernorError('store_unwritable', `the store \`${file}\` cannot be written: ${problemOf(fault)}`, cause);
  return new GovernorError('store_unopened', `the store \`${file}\` cannot be opened: ${problemOf(fault)}`, cause);
}

export const refusesFault = (problem: string, cause: unknown): GovernorError =>
  new GovernorError('store_refuses', `the store takes no writes: ${problem}`, { cause });
