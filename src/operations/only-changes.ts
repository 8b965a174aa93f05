import type { LibraryDocument } from '../../contracts/documents.ts';
import { documentHash } from '../../pipeline/hash.ts';
import type { Library } from '../../pipeline/ports.ts';

type Stored = Pick<Library, 'get' | 'put'>;
export type Tally = { changed: number };

/**
 * A library that stores only what is new or says something else than before, and counts it in `tally`. With `dryRun` it
 * counts and stores nothing.
 */
export function onlyChanges(library: Library, tally: Tally, dryRun: boolean): Library {
  return { ...library, put: (documents) => putChanges(library, documents, tally, dryRun) };
}

async function putChanges(library: Stored, documents: readonly LibraryDocument[], tally: Tally, dryRun: boolean): Promise<void> {
  const stored = new Map((await library.get(documents.map(({ id }) => id))).map((document) => [document.id, document]));
  const changed = documents.filter((document) => !saysSame(document, stored.get(document.id)));
  tally.changed += changed.length;
  if (!dryRun && changed.length > 0) await library.put(changed);
}

/** Bookkeeping that a file does not mention is the store's own, and no reason to write. */
function saysSame(offered: LibraryDocument, stored: LibraryDocument | undefined): boolean {
  if (stored === undefined || documentHash(offered) !== documentHash(stored)) return false;
  if (offered.stored_at !== undefined && offered.stored_at !== stored.stored_at) return false;
  const failures = 'failures' in offered ? offered.failures : undefined;
  return failures === undefined || ('failures' in stored && stored.failures === failures);
}
