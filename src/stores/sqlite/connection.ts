import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GovernorError } from '../../../pipeline/errors.ts';
import { openFault } from './faults.ts';
import { integerQuery } from './rows.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { rollback } from './transaction.ts';

/** While another process writes, a statement waits this long inside SQLite, which blocks the loop; then it goes back to the queue. */
export const BUSY_TIMEOUT_MS = 100;
/** Opening waits longer: another process may be bringing the schema up to date. `BUSY_TIMEOUT_MS` is for the open store. */
const OPEN_TIMEOUT_MS = 5_000;
/** Of a new file. Entries of many cases at work lie scattered in the index: fewer, larger pages make a commit about 15 % faster. */
const PAGE_BYTES = 8_192;
/** In KiB, negative as SQLite wants it. */
const CACHE_KIB = -8_000;
const OWNER_ONLY = 0o700;

/**
 * Makes a folder and those above it, one by one: Node's own recursive way never returns where a file system such as /proc
 * says of a folder that it is missing and cannot be made.
 */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: OWNER_ONLY });
  } catch (fault) {
    // Another process may have made it at the same moment; anything else that stands there is in the way.
    if (!isFolder(folder)) throw fault;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Opens the file for writing and brings its schema up to date. `pagesMax` bounds its size in pages of 8192 bytes.
 * Throws a `GovernorError` that says what is wrong with the file or its folder.
 */
export function openWriter(file: string, pagesMax?: number): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    makeFolder(dirname(file));
    db = new DatabaseSync(file, { timeout: OPEN_TIMEOUT_MS, enableForeignKeyConstraints: false });
    checkOwner(db, file);
    db.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = ${CACHE_KIB}`,
    );
    migrate(db, file);
    if (pagesMax !== undefined) db.exec(`PRAGMA max_page_count = ${pagesMax}`);
    return db;
  } catch (fault) {
    db?.close();
    throw openFault(file, fault);
  }
}

/** A second connection that only reads, for long searches and for the audit. */
export function openReader(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: OPEN_TIMEOUT_MS });
    db.exec(`PRAGMA cache_size = ${CACHE_KIB}`);
    return db;
  } catch (fault) {
    throw openFault(file, fault);
  }
}

const pragma = (db: DatabaseSync, name: string): number => integerQuery(db, `PRAGMA ${name}`, name)();

/** Nothing is written into a file that is not ours, or that a newer version of this program has taken over. */
function checkOwner(db: DatabaseSync, file: string): void {
  const owner = pragma(db, 'application_id');
  const version = pragma(db, 'user_version');
  const isNew = owner === 0 && version === 0 && pragma(db, 'schema_version') === 0;
  if (!isNew && owner !== APPLICATION_ID)
    throw new GovernorError('store_foreign', `\`${file}\` is a database of another program, no store of the governor`);
  if (version > MIGRATIONS.length) {
    const known = `this program knows versions up to ${MIGRATIONS.length}`;
    throw new GovernorError(
      'store_newer',
      `the store \`${file}\` has schema version ${version}, and ${known}: update the program`,
    );
  }
}

/** Every process that opens the file tries; the version is read again under the write lock, so each step happens once. */
function migrate(db: DatabaseSync, file: string): void {
  if (pragma(db, 'user_version') === MIGRATIONS.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    checkOwner(db, file);
    for (const step of MIGRATIONS.slice(pragma(db, 'user_version'))) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
  } catch (fault) {
    rollback(db);
    throw fault;
  }
}
