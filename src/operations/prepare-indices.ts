import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames, IndexRole } from '../stores/elasticsearch/names.ts';
import { applySetup, planSetup, type SetupPlan } from '../stores/elasticsearch/setup.ts';

export type Prepared = {
  /** Made now, or to be made where nothing may be written. */
  created: string[];
  added: { name: string; fields: string[] }[];
};
export type Obstacle = { index: string; field: string; found: string; expected: string; fix: string };
export type PrepareRequest = { roles: readonly IndexRole[]; addFields: boolean; dryRun: boolean };

/**
 * Makes the indices that are missing. Refuses, before anything is written, where one that is there would make our
 * questions miss documents or our writes fail; an existing field is never changed.
 */
export async function prepareIndices(
  elastic: Elastic,
  names: IndexNames,
  { roles, addFields, dryRun }: PrepareRequest,
): Promise<({ ok: true } & Prepared) | { ok: false; refusal: 'mapping_conflict'; obstacles: Obstacle[] }> {
  const plan = await planSetup(elastic, names, roles);
  const obstacles = obstaclesIn(plan, addFields);
  if (obstacles.length > 0) return { ok: false, refusal: 'mapping_conflict', obstacles };
  if (dryRun) return { ok: true, ...whatWouldBe(plan, addFields) };
  const { created, added } = await applySetup(elastic, plan, { addFields });
  return { ok: true, created, added };
}

/** Everything that stands in the way, field by field, so that whoever mends an index can mend it once. */
const obstaclesIn = (plan: SetupPlan, addFields: boolean): Obstacle[] =>
  plan.flatMap(({ role, name, conflicts, needed }) => [
    ...conflicts,
    // Access logs are other people's, and what they lack only makes their questions find nothing.
    ...(addFields || role === 'logs' ? [] : needed.map((field) => lacking(name, field))),
  ]);

const lacking = (index: string, field: string): Obstacle => ({
  index,
  field,
  found: 'no such field',
  expected: 'the field of our mapping',
  fix: 'governor load --setup --add-fields adds what is missing and changes nothing that is there',
});

const whatWouldBe = (plan: SetupPlan, addFields: boolean): Prepared => ({
  created: plan.flatMap(({ state, name }) => (state === 'absent' ? [name] : [])),
  added: plan.flatMap(({ role, state, name, missing }) =>
    addFields && state === 'lacks' && role !== 'logs' ? [{ name, fields: missing }] : [],
  ),
});

/** One obstacle as a person reads it: where, what is there, what is needed, what to do. */
export const sayObstacle = ({ index, field, found, expected, fix }: Obstacle): string =>
  `${index}: ${field}: is ${found}, needs ${expected}: ${fix}`;
