import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many characters of a uuid name the home that an entry was written from; the 74 random bits behind them suffice. */
const MARK_CHARS = 13;
const MARK = /^[0-9a-f]{8}-[0-9a-f]{4}$/;
const FILE = 'home-id';
const OWNER_ONLY = 0o600;

export type OwnEntries = {
  /** A uuid for one entry, by which it is known for ever as written from this home. */
  entryId(): string;
  isOwn(entryId: string): boolean;
};

/**
 * Tells the entries of this home from those of its replicas. Nothing is written beside the entry for that, so that there
 * is no moment in which a process could be ended and not know afterwards what was its own.
 */
export function createOwnEntries(home: string): OwnEntries {
  const mark = markOf(home);
  return {
    entryId: () => `${mark}${randomUUID().slice(MARK_CHARS)}`,
    isOwn: (entryId) => entryId.startsWith(mark),
  };
}

function markOf(home: string): string {
  const file = join(home, FILE);
  const fresh = randomBytes(6).toString('hex');
  mkdirSync(home, { recursive: true });
  try {
    // Whoever is first decides: two processes of one home must not believe in two marks.
    writeFileSync(file, `${fresh.slice(0, 8)}-${fresh.slice(8)}\n`, { flag: 'wx', mode: OWNER_ONLY });
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault;
  }
  const mark = readFileSync(file, 'utf8').trim();
  // A file that a full disk left empty: entries of this process are its own then, and those before count as others'.
  return MARK.test(mark) ? mark : `${fresh.slice(0, 8)}-${fresh.slice(8)}`;
}
