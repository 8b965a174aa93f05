import { LibraryDocument } from '../../contracts/documents.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';

/** Characters of stored text whose documents are kept parsed: some ten thousand documents of ordinary length. */
const CHARS_MAX = 8_000_000;

/**
 * Reads stored documents. A document that was read lately is given again as the same frozen object, found by its stored
 * text, so that it can never be an older one: every case of a service weighs much the same documents, and parsing them
 * would be most of its work.
 */
export function createParsedDocuments(charsMax = CHARS_MAX): (body: string) => LibraryDocument {
  const kept = new Map<string, LibraryDocument>();
  let chars = 0;

  const forgetOldest = (): void => {
    for (const oldest of kept.keys()) {
      if (chars <= charsMax) return;
      kept.delete(oldest);
      chars -= oldest.length;
    }
  };

  return (body) => {
    const known = kept.get(body);
    const document = known ?? frozen(parse(body));
    // Put in anew it is the youngest again, and the last to be forgotten.
    if (known !== undefined) kept.delete(body);
    else chars += body.length;
    kept.set(body, document);
    forgetOldest();
    return document;
  };
}

function parse(body: string): LibraryDocument {
  try {
    return LibraryDocument.parse(JSON.parse(body));
  } catch (fault) {
    throw new GovernorError('document_broken', `a stored document cannot be read: ${problemOf(fault)}`, { cause: fault });
  }
}

/** What many readers share nobody may change. */
function frozen(document: LibraryDocument): LibraryDocument {
  for (const value of Object.values(document)) if (typeof value === 'object') Object.freeze(value);
  return Object.freeze(document);
}
