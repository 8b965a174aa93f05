import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Evidence, type LibraryDocument, Policy, Runbook } from '../../../contracts/documents.ts';
import { documentHash } from '../../../pipeline/hash.ts';
import { candidateWords, createFields, isSearchable, RANKING_VERSION } from '../ranking.ts';
import type { Kind } from './library-kinds.ts';

/** Of a document as it lies in the index: its own fields, and the two that say whether our words beside them still hold. */
export const SOURCE_FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  runbook: [...Object.keys(Runbook.shape), 'hash', 'ranking'],
  evidence: [...Object.keys(Evidence.shape), 'hash', 'ranking'],
  policy: [...Object.keys(Policy.shape), 'hash', 'ranking'],
};

/** Set where the document was written by this program; another writer's has neither. */
export const Marks = z.object({ hash: z.string().optional().catch(undefined), ranking: z.int().optional().catch(undefined) });
export type Marks = z.infer<typeof Marks>;

const ID_BYTES_MAX = 512;

/** The key of a new document in its index: its own id, unless that is longer than a key may be. */
export const keyOf = (id: string): string =>
  Buffer.byteLength(id) <= ID_BYTES_MAX ? id : createHash('sha256').update(id).digest('hex');

/** What is written for a document: itself, and the words by which it is found, made by the same code as the embedded store's. */
export function createSourceOf(): (document: LibraryDocument) => Record<string, unknown> {
  const fieldsOf = createFields();
  return (document) => {
    const marked = { ...document, hash: documentHash(document), ranking: RANKING_VERSION };
    if (!isSearchable(document)) return marked;
    const { name, text } = fieldsOf(document);
    const weighed = { ...marked, name_words: name.join(' '), text_words: text.join(' ') };
    return document.kind === 'evidence' ? { ...weighed, words: [...candidateWords(document)] } : weighed;
  };
}

const Fields = z.record(z.string(), z.unknown());
/** Fields that other writers may give as one value where a list is meant: to the index both are the same. */
const LISTS = ['actions', 'blocked_actions', 'severities'] as const;

/**
 * The document's fields as our schemas want them, not yet checked. What is left open is filled in only where that can
 * loosen nothing: a policy without severities makes no exception for any, one without blocked actions stays unreadable.
 */
export function plainFields(kind: Kind, key: string, source: unknown): Record<string, unknown> {
  const given = Fields.safeParse(source);
  const fields: Record<string, unknown> = {};
  for (const name of SOURCE_FIELDS[kind]) {
    const value = given.success ? given.data[name] : undefined;
    if (value !== undefined && value !== null) fields[name] = value;
  }
  const { hash: _hash, ranking: _ranking, ...own } = fields;
  const id = own.id ?? key;
  return { ...DEFAULTS[kind], ...(kind === 'runbook' ? { title: id } : {}), ...own, ...lists(own), ...storedAt(own), id, kind };
}

const DEFAULTS: Readonly<Record<Kind, Record<string, unknown>>> = {
  runbook: { recommended_action: '', body: '' },
  evidence: {},
  policy: { severities: [] },
};

const lists = (own: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(LISTS.flatMap((name) => (typeof own[name] === 'string' ? [[name, [own[name]]]] : [])));

/** Dates come in many spellings, and the index takes them all; one that says no time is left for the schema to refuse. */
function storedAt({ stored_at: given }: Record<string, unknown>): Record<string, unknown> {
  if (typeof given !== 'string' && typeof given !== 'number') return {};
  const at = new Date(given);
  return Number.isNaN(at.getTime()) ? {} : { stored_at: at.toISOString() };
}

const Id = z.object({ id: z.string() });

/** The id that a source carries; the key counts only where it carries none. */
export function idOf(key: string, source: unknown): string {
  const own = Id.safeParse(source);
  return own.success ? own.data.id : key;
}
