import type { LibraryDocument } from '../../../contracts/documents.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { IndexNames } from './names.ts';

export type Kind = LibraryDocument['kind'];
export type OfKind<K extends Kind> = Extract<LibraryDocument, { kind: K }>;

export const KINDS: readonly Kind[] = ['runbook', 'evidence', 'policy'];

/** The index of each kind. What a document is follows from where it lies, not from what it says of itself. */
export type LibraryIndices = Readonly<Record<Kind, string>>;

export function libraryIndicesOf({ runbooks, evidence, policies }: IndexNames): LibraryIndices {
  const indices = { runbook: runbooks, evidence, policy: policies };
  if (new Set(Object.values(indices)).size < KINDS.length)
    throw new GovernorError('bad_config', 'runbooks, evidence and policies need an index each');
  return indices;
}

export const allIndices = (indices: LibraryIndices): string[] => KINDS.map((kind) => indices[kind]);

const SERVICE_CHARS_MAX = 100;

/** The services whose documents are meant. No document names a longer one, and a cluster refuses to look for a very long word. */
export const scopesOf = (service: string): string[] => (service.length > SERVICE_CHARS_MAX ? ['*'] : [service, '*']);

export function isOfKind<K extends Kind>(kind: K): (document: LibraryDocument) => document is OfKind<K> {
  return (document): document is OfKind<K> => document.kind === kind;
}

/** By code units, as everywhere: never by the rules of a language. */
export function byId(one: { id: string }, other: { id: string }): number {
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}
