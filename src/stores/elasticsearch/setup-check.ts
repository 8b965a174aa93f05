import { z } from 'zod';
import { type Conflict, checkFields, type FieldCheck } from './mapping-check.ts';
import { fieldsOf } from './mapping-fields.ts';
import { mappingOf } from './mapping-files.ts';
import type { IndexRole } from './names.ts';

const LiveIndex = z.object({
  aliases: z.record(z.string(), z.object({ is_write_index: z.boolean().optional() })).default({}),
  mappings: z.unknown(),
  settings: z.object({
    index: z.object({
      number_of_shards: z.string().default('1'),
      translog: z.object({ durability: z.string().default('request') }).default({ durability: 'request' }),
    }),
  }),
  data_stream: z.string().optional(),
});
/** What `indices.get` answers for one name: every index that it stands for. */
export const LiveIndices = z.record(z.string(), LiveIndex);
export type LiveIndices = z.infer<typeof LiveIndices>;
type LiveIndex = z.infer<typeof LiveIndex>;

export type RoleState = 'absent' | 'fits' | 'lacks' | 'conflicts';
export type RolePlan = FieldCheck & { role: IndexRole; name: string; state: RoleState };

/** The concrete index behind the alias of the log: writes that name the alias can never make an index by accident. */
export const logIndexOf = (alias: string): string => `${alias}-000001`;

export const absent = (role: IndexRole, name: string, conflicts: Conflict[] = []): RolePlan => ({
  role,
  name,
  state: conflicts.length > 0 ? 'conflicts' : 'absent',
  missing: [],
  needed: [],
  conflicts,
});

/** What is there under a name, held against what we would have made. */
export function checkIndices(role: IndexRole, name: string, live: LiveIndices): RolePlan {
  const expected = fieldsOf(mappingOf(role).mappings);
  const indices = Object.entries(live);
  const checks = indices.map(([index, { mappings }]) => checkFields(role, index, expected, fieldsOf(mappings ?? {})));
  const missing = [...new Set(checks.flatMap((check) => check.missing))];
  const needed = [...new Set(checks.flatMap((check) => check.needed))];
  const conflicts = [
    ...placeConflicts(role, name, indices),
    ...indices.flatMap(([index, found]) => settingConflicts(role, index, found)),
    ...checks.flatMap((check) => check.conflicts),
  ];
  const lacking = missing.length > 0 ? 'lacks' : 'fits';
  return { role, name, state: conflicts.length > 0 ? 'conflicts' : lacking, missing, needed, conflicts };
}

/** What a name may stand for: anything for the access logs, which are only read; one index that takes changes for the rest. */
function placeConflicts(role: IndexRole, name: string, indices: readonly [string, LiveIndex][]): Conflict[] {
  if (role === 'logs') return [];
  const other = `name another one in \`elasticsearch.indices.${role}\``;
  const stream = indices.find(([, { data_stream }]) => data_stream !== undefined);
  if (stream !== undefined) return [place(name, 'an index', 'a data stream, which takes no changes', other)];
  if (indices.length > 1) return [place(name, 'one index', `an alias of ${indices.length} indices`, other)];
  const [index, found] = indices[0] ?? [name, undefined];
  if (role === 'log' && index === name)
    return [place(name, `an alias of \`${logIndexOf(name)}\``, 'an index of that name', `${other}; nothing in it is touched`)];
  if (role === 'log' && found?.aliases[name]?.is_write_index === false)
    return [place(index, 'an alias that may be written to', 'an alias with `is_write_index: false`', writeAlias(name, index))];
  return [];
}

/** The log without its alias: somebody removed it, and making a second log would fork every case. */
export const logWithoutAlias = (alias: string): Conflict => {
  const index = logIndexOf(alias);
  return place(index, `the alias \`${alias}\` on it`, 'no alias', writeAlias(alias, index));
};

const writeAlias = (alias: string, index: string): string =>
  `POST /_aliases with an \`add\` action: index \`${index}\`, alias \`${alias}\`, is_write_index true`;

const place = (index: string, expected: string, found: string, fix: string): Conflict => ({
  index,
  field: '(name)',
  expected,
  found,
  fix,
});

/** Of the log and of the copies that mark open cases: what was acknowledged must be on disk. */
const DURABLE: readonly IndexRole[] = ['log', 'cases'];

function settingConflicts(role: IndexRole, index: string, { settings }: LiveIndex): Conflict[] {
  const { number_of_shards: shards, translog } = settings.index;
  const found: Conflict[] = [];
  // Whoever follows the log reads it by sequence number, and each shard counts its own.
  if (role === 'log' && shards !== '1')
    found.push({
      index,
      field: 'index.number_of_shards',
      expected: '1',
      found: shards,
      fix: 'an index keeps its number of shards: use `_shrink`, or start with another `elasticsearch.prefix`',
    });
  if (DURABLE.includes(role) && translog.durability !== 'request')
    found.push({
      index,
      field: 'index.translog.durability',
      expected: 'request',
      found: translog.durability,
      fix: `PUT /${index}/_settings with index.translog.durability \`request\``,
    });
  return found;
}
