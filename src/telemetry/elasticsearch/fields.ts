import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Elastic } from '../../stores/elasticsearch/elastic.ts';

/**
 * Where the logs keep what is asked about; each of these can be filtered and counted by whole values. Null where the logs
 * have no such field: then no service can be told by it.
 */
export type LogFields = { at: '@timestamp'; path: string; status: string; host: string | null; extension: string | null };

const AT = '@timestamp';
const FIELDS = { path: 'request', status: 'response', host: 'host', extension: 'extension' } as const;

const Capability = z.object({ aggregatable: z.boolean(), searchable: z.boolean() });
const Capabilities = z.object({ fields: z.record(z.string(), z.record(z.string(), Capability)) });
type Capabilities = z.infer<typeof Capabilities>['fields'];

/** Asks the mapping: the sample logs have texts with a keyword beside them, other logs keywords or numbers. */
export async function findLogFields(elastic: Elastic, index: string): Promise<LogFields> {
  const fields = [AT, ...Object.values(FIELDS).flatMap(formsOf)];
  const raw: unknown = await elastic.ask('fields of the logs', (to) =>
    to.fieldCaps({ index, fields, include_unmapped: true, allow_no_indices: false }),
  );
  const known = Capabilities.parse(raw).fields;
  const found = (name: string): string | null => formsOf(name).find((form) => isCountable(known, form)) ?? null;
  if (!isCountable(known, AT)) throw uncountable(AT);
  return {
    at: AT,
    path: found(FIELDS.path) ?? fail(FIELDS.path),
    status: found(FIELDS.status) ?? fail(FIELDS.status),
    host: found(FIELDS.host),
    extension: found(FIELDS.extension),
  };
}

const formsOf = (name: string): string[] => [`${name}.keyword`, name];

/** True only where every index behind the name can count by it: one that cannot would silently count less. */
const isCountable = (known: Capabilities, field: string): boolean => {
  const kinds = Object.values(known[field] ?? {});
  return kinds.length > 0 && kinds.every(({ aggregatable, searchable }) => aggregatable && searchable);
};

const fail = (field: string): never => {
  throw uncountable(field);
};

export const uncountable = (field: string): GovernorError =>
  new GovernorError('telemetry_refused', `not every index of the logs has a field \`${field}\` that can be counted by`);
