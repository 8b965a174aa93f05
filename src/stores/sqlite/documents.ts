import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { LibraryDocument } from '../../../contracts/documents.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import { documentHash } from '../../../pipeline/hash.ts';
import { createParsedDocuments } from '../parsed-documents.ts';
import { type EarlierForm, withStoredAt } from '../stored-at.ts';
import { query } from './rows.ts';
import { createWordIndex } from './word-index.ts';

const Stored = z.object({
  document: z.int(),
  scope: z.int(),
  kind: z.enum(['runbook', 'evidence', 'policy']),
  hash: z.string(),
  body: z.string(),
});
type Stored = z.infer<typeof Stored>;
const ScopeRow = z.object({ scope: z.int() });
const Body = z.object({ body: z.string() });

/** What of a service's documents is counted and searched together: a runbook's status, an evidence's stance. */
function shelfOf(document: LibraryDocument): string {
  if (document.kind === 'runbook') return document.status ?? 'accepted';
  return document.kind === 'evidence' ? document.stance : 'policy';
}

/** The statements on documents. `put` and `remove` run inside a transaction. */
export function createDocuments(db: DatabaseSync, now: () => number) {
  const parsed = createParsedDocuments();
  const index = createWordIndex(db);
  const byId = query(db, 'SELECT document, scope, kind, hash, body FROM documents WHERE id = ?', Stored);
  const insert = db.prepare('INSERT INTO documents (id, kind, scope, hash, body) VALUES (?, ?, ?, ?, ?)');
  const update = db.prepare('UPDATE documents SET kind = ?, scope = ?, hash = ?, body = ? WHERE document = ?');
  const drop = db.prepare('DELETE FROM documents WHERE document = ?');
  const findScope = query(db, 'SELECT scope FROM scopes WHERE kind = ? AND service = ? AND shelf = ?', ScopeRow);
  const addScope = db.prepare('INSERT INTO scopes (kind, service, shelf, documents) VALUES (?, ?, ?, 0)');
  const count = db.prepare('UPDATE scopes SET documents = documents + ? WHERE scope = ?');
  const policies = query(
    db,
    `SELECT d.body FROM scopes s JOIN documents d ON d.scope = s.scope
     WHERE s.kind = 'policy' AND s.service IN (?, '*') ORDER BY d.id`,
    Body,
  );

  const scopeOf = (document: LibraryDocument): number => {
    const key = [document.kind, document.service, shelfOf(document)] as const;
    return findScope.get(...key)?.scope ?? Number(addScope.run(...key).lastInsertRowid);
  };

  const formOf = (before: Stored | undefined): EarlierForm | undefined =>
    before && { hash: before.hash, storedAt: () => parsed(before.body).stored_at };

  const replace = (document: LibraryDocument, hash: string, body: string, before: Stored | undefined): void => {
    const scope = scopeOf(document);
    if (before !== undefined) unlist(before);
    const number =
      before === undefined
        ? Number(insert.run(document.id, document.kind, scope, hash, body).lastInsertRowid)
        : Number(update.run(document.kind, scope, hash, body, before.document) && before.document);
    count.run(1, scope);
    index.add(number, scope, document);
  };

  const unlist = (stored: Stored): void => {
    count.run(-1, stored.scope);
    index.remove(stored.document, stored.kind);
  };

  return {
    /** True where anything was written. */
    put(document: LibraryDocument): boolean {
      const before = byId.get(document.id);
      const hash = documentHash(document);
      const body = canonicalJson(withStoredAt(document, hash, formOf(before), now()));
      if (before?.body === body) return false;
      // Where only the bookkeeping changed the words are the same, and the index is left alone.
      if (before?.hash === hash) update.run(document.kind, before.scope, hash, body, before.document);
      else replace(document, hash, body, before);
      return true;
    },
    remove(id: string): boolean {
      const stored = byId.get(id);
      if (stored === undefined) return false;
      unlist(stored);
      drop.run(stored.document);
      return true;
    },
    find: (id: string): LibraryDocument | undefined => {
      const stored = byId.get(id);
      return stored === undefined ? undefined : parsed(stored.body);
    },
    /** A stored text as its document. */
    parsed,
    policies: (service: string): LibraryDocument[] => policies.all(service).map(({ body }) => parsed(body)),
    index,
  };
}
