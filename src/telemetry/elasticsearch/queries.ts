import type { LogMap } from '../../../contracts/elasticsearch.ts';
import type { Window } from '../../../pipeline/ports.ts';
import { type LogFields, uncountable } from './fields.ts';
import type { LogSearch } from './logs.ts';

export type Query = NonNullable<LogSearch['query']>;
export type Aggregations = NonNullable<LogSearch['aggs']>;
export type Aggregation = Aggregations[string];

/** Statuses from which a request counts as failed: the client's mistakes too, as the seed's catalogue and figures have it. */
const ERROR_FROM = 400;
const ERROR_TO = 599;

/** Written out one by one, because the field may hold text, where a range would compare letters. */
const ERROR_STATUSES: readonly string[] = Array.from({ length: ERROR_TO - ERROR_FROM + 1 }, (_, at) => String(ERROR_FROM + at));

/**
 * The lines of one service: every list of the map that is given must fit, of each list any entry. Throws where the logs
 * have no field to tell them by, for leaving a list out would count other services' lines.
 */
export function ofService({ hosts, paths, extensions }: LogMap, fields: Pick<LogFields, 'path' | 'host' | 'extension'>): Query[] {
  const queries: Query[] = [];
  if (hosts.length > 0) queries.push({ terms: { [fieldOf('host', fields.host)]: hosts } });
  if (paths.length > 0) queries.push(anyOf(paths.map((path) => ({ prefix: { [fields.path]: { value: path } } }))));
  if (extensions.length > 0) queries.push(anyOf(extensionQueries(extensions, fieldOf('extension', fields.extension))));
  return queries;
}

function fieldOf(name: string, field: string | null): string {
  if (field === null) throw uncountable(name);
  return field;
}

/** A line without an extension may hold an empty one, or none at all. */
const extensionQueries = (extensions: readonly string[], field: string): Query[] => [
  { terms: { [field]: [...extensions] } },
  ...(extensions.includes('') ? [{ bool: { must_not: [{ exists: { field } }] } }] : []),
];

const anyOf = (queries: Query[]): Query => ({ bool: { should: queries, minimum_should_match: 1 } });

export const within = ({ from, to }: Window, { at }: LogFields): Query => ({
  range: { [at]: { gte: from, lt: to, format: 'strict_date_time' } },
});

export const failed = ({ status }: LogFields): Query => ({ terms: { [status]: [...ERROR_STATUSES] } });

export const all = (...queries: readonly Query[]): Query => ({ bool: { filter: [...queries] } });

/** Parts into which the stretch before a window is cut; the middle one of an odd number is a part's own rate. */
const PARTS = 5;

/** The stretch of `baselineS` seconds before the window, in parts, oldest first; they meet and do not overlap. */
export function partsBefore({ from }: Window, baselineS: number): Window[] {
  const endMs = Date.parse(from);
  const edge = (part: number): string => new Date(endMs - Math.round(((PARTS - part) * baselineS * 1_000) / PARTS)).toISOString();
  return Array.from({ length: PARTS }, (_, part) => ({ from: edge(part), to: edge(part + 1) }));
}

/** Counts lines part by part. */
export const linesOf = (parts: readonly Window[], { at }: LogFields) => ({
  date_range: { field: at, format: 'strict_date_time', ranges: parts.map(({ from, to }) => ({ from, to })) },
});

/** Counts requests and failed ones of each part. */
export const countsOf = (parts: readonly Window[], fields: LogFields): Aggregation => ({
  ...linesOf(parts, fields),
  aggs: { failed: { filter: failed(fields) } },
});
