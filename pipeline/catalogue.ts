import type { Action } from '../contracts/catalogue.ts';
import { CatalogueFile, INVESTIGATE } from '../contracts/catalogue.ts';
import { hashOf } from './hash.ts';
import { parameterSpecProblems } from './parameters.ts';
import { rollbackProblems } from './rollback-problems.ts';

/** What the governor may do, checked as a whole. */
export type Catalogue = {
  /** By id, in the file's order. */
  actions: ReadonlyMap<string, Action>;
  /** By id and by every alias. */
  byName: ReadonlyMap<string, Action>;
  /** The hash of each whole entry, by id. */
  hashes: ReadonlyMap<string, string>;
};

export type ParsedCatalogue = { ok: true; catalogue: Catalogue } | { ok: false; problems: string[] };
export type ActionRefusal = 'not_in_the_catalogue' | 'asks_for_people' | 'not_for_this_service';
export type ResolvedAction = { ok: true; action: Action } | { ok: false; refusal: ActionRefusal };

/** Reads a catalogue. One problem refuses the whole of it: each is named with the key it is about. */
export function parseCatalogue(file: unknown): ParsedCatalogue {
  const parsed = CatalogueFile.safeParse(file);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((issue) => `${keyOf(issue.path)}: ${issue.message}`) };
  }
  const { actions } = parsed.data;
  const specs = actions.flatMap(specProblems);
  // Whether a rollback fits can only be told of parameters that are sound themselves.
  const rollbacks = specs.length > 0 ? [] : actions.flatMap((action, at) => rollbackProblems(action, at, actions));
  const problems = [...nameProblems(actions), ...specs, ...rollbacks];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, catalogue: catalogueOf(actions) };
}

function catalogueOf(actions: readonly Action[]): Catalogue {
  return {
    actions: new Map(actions.map((action) => [action.id, action])),
    byName: new Map(actions.flatMap((action) => [action.id, ...action.aliases].map((name) => [name, action] as const))),
    hashes: new Map(actions.map((action) => [action.id, hashOf(action)])),
  };
}

/**
 * The entry that a plan means: by exact id or alias, letter for letter. Nothing is trimmed, folded or guessed, because
 * a name that only looks like an action's is not that action.
 */
export function resolveAction(catalogue: Catalogue, proposed: string, { service }: { service: string }): ResolvedAction {
  if (proposed === INVESTIGATE) return { ok: false, refusal: 'asks_for_people' };
  const action = catalogue.byName.get(proposed);
  if (action === undefined) return { ok: false, refusal: 'not_in_the_catalogue' };
  if (action.services !== undefined && !action.services.includes(service)) return { ok: false, refusal: 'not_for_this_service' };
  return { ok: true, action };
}

const keyOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '') || 'the file';

function nameProblems(actions: readonly Action[]): string[] {
  const owners = new Map<string, string>([[INVESTIGATE, 'a reserved word']]);
  const problems: string[] = [];
  for (const [at, action] of actions.entries()) {
    for (const [place, name] of [['id', action.id], ...action.aliases.map((alias, n) => [`aliases[${n}]`, alias])] as const) {
      const key = `actions[${at}].${place}`;
      const owner = owners.get(name ?? '');
      if (owner === undefined) owners.set(name ?? '', key);
      else problems.push(`${key}: \`${name}\` is already taken by ${owner}`);
    }
  }
  return problems;
}

function specProblems(action: Action, at: number): string[] {
  return Object.entries(action.parameters).flatMap(([name, spec]) =>
    parameterSpecProblems(spec).map((problem) => `actions[${at}].parameters.${name}: ${problem}`),
  );
}
