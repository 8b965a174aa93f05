import { z } from 'zod';
import type { Elastic } from './elastic.ts';
import { itemFault } from './faults.ts';
import type { Conflict } from './mapping-check.ts';
import { fieldsToAdd } from './mapping-fields.ts';
import { mappingOf } from './mapping-files.ts';
import { INDEX_ROLES, type IndexNames, type IndexRole } from './names.ts';
import { absent, checkIndices, LiveIndices, logIndexOf, logWithoutAlias, type RolePlan } from './setup-check.ts';

const NOT_FOUND = 404;
const BAD_REQUEST = 400;

const Refused = z.object({ error: z.object({ type: z.string(), reason: z.string().nullish() }) });
const Acknowledged = z.object({ acknowledged: z.literal(true) });

/** One line for each role that was asked about. */
export type SetupPlan = readonly RolePlan[];

export type SetupDone = {
  /** Names of indices made. */
  created: string[];
  added: { name: string; fields: string[] }[];
  /** What stands in the way; those roles were left as they are. */
  conflicts: Conflict[];
};

/** Looks at what stands under each name, and changes nothing. Throws where the cluster cannot be asked. */
export function planSetup(elastic: Elastic, names: IndexNames, roles: readonly IndexRole[] = INDEX_ROLES): Promise<SetupPlan> {
  return Promise.all(
    roles.map(async (role) => {
      const name = names[role];
      const live = await liveIndices(elastic, name);
      if (live !== null) return checkIndices(role, name, live);
      const orphan = role === 'log' && (await liveIndices(elastic, logIndexOf(name))) !== null;
      return absent(role, name, orphan ? [logWithoutAlias(name)] : []);
    }),
  );
}

/**
 * Makes what is absent and, where asked, adds fields that are missing. An existing field is never changed, and a role in
 * conflict is not touched. Safe to run again and by several at once: who comes second finds the index there.
 */
export async function applySetup(elastic: Elastic, plan: SetupPlan, { addFields }: { addFields: boolean }): Promise<SetupDone> {
  const done: SetupDone = { created: [], added: [], conflicts: plan.flatMap(({ conflicts }) => conflicts) };
  for (const { role, name, state, missing } of plan) {
    if (state === 'absent') {
      if (await create(elastic, role, name)) done.created.push(name);
    } else if (state === 'lacks' && addFields && role !== 'logs') {
      await add(elastic, role, name, missing);
      done.added.push({ name, fields: missing });
    }
  }
  return done;
}

/** Null where nothing has that name. Only the cluster's own words for that count: any 404 might be a proxy's. */
async function liveIndices(elastic: Elastic, name: string): Promise<LiveIndices | null> {
  const what = `look at \`${name}\``;
  const { statusCode, body } = await elastic.ask(what, (to) =>
    to.indices.get({ index: name, expand_wildcards: 'none' }, { ignore: [NOT_FOUND], meta: true }),
  );
  if (statusCode !== NOT_FOUND) return LiveIndices.parse(body);
  const refused = Refused.safeParse(body);
  if (refused.success && refused.data.error.type === 'index_not_found_exception') return null;
  throw itemFault(what, statusCode, refused.success ? refused.data.error : body);
}

/** False where another process was quicker. */
async function create(elastic: Elastic, role: IndexRole, name: string): Promise<boolean> {
  const what = `create \`${name}\``;
  const { settings, mappings } = mappingOf(role);
  const place = role === 'log' ? { index: logIndexOf(name), aliases: { [name]: { is_write_index: true } } } : { index: name };
  const { statusCode, body } = await elastic.ask(what, (to) =>
    to.indices.create({ ...place, settings, mappings }, { ignore: [BAD_REQUEST], meta: true }),
  );
  if (Acknowledged.safeParse(body).success) return true;
  const refused = Refused.safeParse(body);
  if (refused.success && refused.data.error.type === 'resource_already_exists_exception') return false;
  throw itemFault(what, statusCode ?? BAD_REQUEST, refused.success ? refused.data.error : body);
}

async function add(elastic: Elastic, role: IndexRole, name: string, missing: readonly string[]): Promise<void> {
  const properties = fieldsToAdd(mappingOf(role).mappings.properties, new Set(missing));
  await elastic.ask(`add fields to \`${name}\``, (to) => to.indices.putMapping({ index: name, properties }));
}
