import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { LibraryDocument } from '../../../contracts/documents.ts';
import { createFields, isSearchable, RANKING_VERSION } from '../ranking.ts';
import { integerQuery } from './rows.ts';
import { indexWord } from './search.ts';
import { rollback } from './transaction.ts';

const TABLES = { runbook: 'runbook_words', evidence: 'evidence_words' } as const;
type Table = (typeof TABLES)[keyof typeof TABLES];

const Stored = z.object({ document: z.int(), scope: z.int(), body: z.string() });
/** Pages that one step of merging writes: a few milliseconds of work. */
const MERGE_PAGES = 200;

/** The words of documents in two full-text tables. Everything that writes runs inside a transaction. */
export function createWordIndex(db: DatabaseSync) {
  const fieldsOf = createFields();
  const statements = { runbook: tableStatements(db, TABLES.runbook), evidence: tableStatements(db, TABLES.evidence) };
  const changed = integerQuery(db, 'SELECT total_changes() AS changes', 'changes');

  const add = (number: number, scope: number, document: LibraryDocument): void => {
    // A discarded runbook is kept for the record and found by nobody.
    if (!isSearchable(document) || (document.kind === 'runbook' && document.status === 'discarded')) return;
    const { name, text } = fieldsOf(document);
    const indexed = (words: readonly string[]): string => words.map((word) => indexWord(scope, word)).join(' ');
    statements[document.kind].insert.run(number, indexed(name), indexed(text));
  };

  return {
    add,
    remove(number: number, kind: LibraryDocument['kind']): void {
      if (kind !== 'policy') statements[kind].remove.run(number);
    },
    /** One step towards one segment a table, which is what searches are fastest in; false where there is nothing left to do. */
    mergeStep(first: boolean): boolean {
      const before = changed();
      for (const { merge } of Object.values(statements)) merge.run(first ? -MERGE_PAGES : MERGE_PAGES);
      // FTS5 counts one change for the command itself; only more than that is progress.
      return changed() - before > 2 * Object.keys(statements).length - 2;
    },
  };
}

/** Writes every word anew where the tokenizer or the fields have changed since; gives how many documents that were. */
export function refreshIndex(db: DatabaseSync): number {
  if (isCurrent(db)) return 0;
  db.exec('BEGIN IMMEDIATE');
  try {
    const count = isCurrent(db) ? 0 : rebuild(db);
    db.exec('COMMIT');
    return count;
  } catch (fault) {
    rollback(db);
    throw fault;
  }
}

const isCurrent = (db: DatabaseSync): boolean =>
  integerQuery(db, `SELECT value FROM settings WHERE name = 'ranking_version'`, 'value')() === RANKING_VERSION;

function rebuild(db: DatabaseSync): number {
  const index = createWordIndex(db);
  for (const table of Object.values(TABLES)) db.exec(`INSERT INTO ${table}(${table}) VALUES ('delete-all')`);
  let count = 0;
  for (const row of db.prepare('SELECT document, scope, body FROM documents ORDER BY document').iterate()) {
    const { document, scope, body } = Stored.parse(row);
    index.add(document, scope, LibraryDocument.parse(JSON.parse(body)));
    count += 1;
  }
  db.prepare(`INSERT OR REPLACE INTO settings VALUES ('ranking_version', ?)`).run(RANKING_VERSION);
  return count;
}

function tableStatements(db: DatabaseSync, table: Table) {
  return {
    insert: db.prepare(`INSERT INTO ${table}(rowid, name, text) VALUES (?, ?, ?)`),
    remove: db.prepare(`DELETE FROM ${table} WHERE rowid = ?`),
    merge: db.prepare(`INSERT INTO ${table}(${table}, rank) VALUES ('merge', ?)`),
  };
}
