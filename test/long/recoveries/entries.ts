import type { BodyOf, Entry, EntryKind } from '../../../contracts/entry.ts';

export type Found<K extends EntryKind> = { seq: number; at: string; body: BodyOf<K> };

export const allOf = <K extends EntryKind>(entries: readonly Entry[], kind: K): Found<K>[] =>
  entries.flatMap(({ seq, at, body }) => (body.kind === kind ? [{ seq, at, body: body as BodyOf<K> }] : []));

/** What was started, in order. */
export const startsOf = (entries: readonly Entry[]): Found<'execution_started'>[] => allOf(entries, 'execution_started');

/** The recovery checks of the n-th action that ran, counted from one. */
export function checksOf(entries: readonly Entry[], nth: number): Found<'verified'>[] {
  const revision = startsOf(entries)[nth - 1]?.body.revision;
  return allOf(entries, 'verified').filter(({ body }) => body.revision === revision);
}
