/** Marks a file as ours in its header: the letters `SGov`. Another program's database is refused before anything is written. */
export const APPLICATION_ID = 0x53476f76;

/**
 * The schema, one step a version, in the order in which they are applied. A step that was ever released is never
 * changed: the next one is added behind it.
 *
 * - `entries` is the log. `place` counts every entry of the file, and nothing is ever deleted, so a hole in it betrays a
 *   removed entry. There is no index on the hashes or the uuids: random keys would make an append dearer as the log grows.
 * - `logs` lists every log and whether it is open; it is written where that changes, not with every entry, because the
 *   rows of many cases at work lie on many pages. Where a log ends is for its entries to say.
 * - `documents` is the library. The words of its documents are in the two FTS5 tables, each word with the number of its
 *   scope in front, so that a search within a service reads only that service's postings. They hold words only
 *   (`content=''`); `detail=full` because bm25 finds nothing to weigh in a contentless table that keeps less.
 * - `scopes` counts the documents of one kind, shelf (stance or status) and service.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE entries (
    place INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT AS (CASE WHEN json_valid(body) THEN body ->> '$.kind' END) VIRTUAL,
    body TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (case_id, seq)
  ) STRICT;

  CREATE TABLE logs (
    case_id TEXT NOT NULL PRIMARY KEY,
    open INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX open_logs ON logs (case_id) WHERE open = 1;

  CREATE TABLE leases (
    case_id TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    owner_pid INTEGER NOT NULL,
    owner_start TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE scopes (
    scope INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    shelf TEXT NOT NULL,
    service TEXT NOT NULL,
    documents INTEGER NOT NULL,
    UNIQUE (kind, service, shelf)
  ) STRICT;

  CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    scope INTEGER NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX documents_of_scope ON documents (scope);

  CREATE VIRTUAL TABLE runbook_words USING fts5(
    name, text, content='', contentless_delete=1, tokenize="ascii tokenchars '_-:'"
  );
  CREATE VIRTUAL TABLE evidence_words USING fts5(
    name, text, content='', contentless_delete=1, tokenize="ascii tokenchars '_-:'"
  );

  CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
  `,
];
