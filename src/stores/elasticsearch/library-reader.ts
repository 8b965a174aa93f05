import type { LibraryDocument } from '../../../contracts/documents.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { documentHash } from '../../../pipeline/hash.ts';
import { createParsedDocuments } from '../parsed-documents.ts';
import type { StoreLog } from '../store-log.ts';
import { isOfKind, type Kind, type OfKind } from './library-kinds.ts';
import { Marks, plainFields } from './library-source.ts';

/** A document as the cluster gives it; `id` is its key in the index. */
export type Raw = { id: string; index: string; source: unknown };

export type Reader = {
  /** Throws where the document is none that we can read: a lost contradiction or policy must never let anything through. */
  read<K extends Kind>(kind: K, raw: Raw): OfKind<K>;
  /** Null for one that cannot be read, which is told once with what comes of it. Never for what decides. */
  readOrTell<K extends Kind>(kind: K, raw: Raw, outcome: string): OfKind<K> | null;
};

/** Operators are told of one document once, and of no more than these before it may be told again. */
const TOLD_MAX = 1_000;

export function createReader(log: StoreLog): Reader {
  const parsed = createParsedDocuments();
  const told = new Set<string>();

  const tellOnce = (message: string, { index, id }: Raw, details: Record<string, unknown>): void => {
    const key = JSON.stringify([message, index, id, details]);
    if (told.has(key)) return;
    if (told.size >= TOLD_MAX) told.clear();
    told.add(key);
    log.warn(message, { index, document: id, ...details });
  };

  /** Whoever changes the text of our document and leaves our words beside it hides it from what is asked by words. */
  const tellChange = (raw: Raw, document: LibraryDocument): void => {
    const { hash } = Marks.parse(raw.source);
    if (hash === undefined || hash === documentHash(document)) return;
    tellOnce('a document was changed in its index: load it again so that it is found by its words', raw, {});
  };

  const read = <K extends Kind>(kind: K, raw: Raw): OfKind<K> => {
    const document = parse(parsed, kind, raw);
    tellChange(raw, document);
    return document;
  };

  return {
    read,
    readOrTell(kind, raw, outcome) {
      try {
        return read(kind, raw);
      } catch (fault) {
        tellOnce(`a document cannot be read and ${outcome}`, raw, { problem: problemOf(fault) });
        return null;
      }
    },
  };
}

function parse<K extends Kind>(parsed: (body: string) => LibraryDocument, kind: K, { id, index, source }: Raw): OfKind<K> {
  try {
    const document = parsed(JSON.stringify(plainFields(kind, id, source)));
    if (isOfKind(kind)(document)) return document;
  } catch (fault) {
    const problem = `\`${id}\` of the index \`${index}\` is no ${kind} that can be read: ${problemOf(fault)}`;
    throw new GovernorError('document_broken', problem, { cause: fault });
  }
  throw new GovernorError('document_broken', `\`${id}\` of the index \`${index}\` is no ${kind}`);
}

/**
 * Each id once. Two that say the same are one document; two that differ under one id are a fault, because nobody could
 * say which of them was shown and approved.
 */
export function distinct<T extends LibraryDocument>(documents: readonly T[]): T[] {
  const known = new Map<string, T>();
  for (const document of documents) {
    const other = known.get(document.id);
    if (other !== undefined && documentHash(other) !== documentHash(document))
      throw new GovernorError('document_ambiguous', `two documents that differ have the id \`${document.id}\``);
    if (other === undefined) known.set(document.id, document);
  }
  return [...known.values()];
}
