import type { Action } from '../contracts/catalogue.ts';
import { CatalogueFile, INVESTIGATE } from '../contracts/catalogue.ts';
import { hashOf } from './hash.ts';
import type { Subject } from './parameters.ts';
import { parameterSpecProblems, resolveParameters } from './parameters.ts';

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
  const problems = [
    ...nameProblems(actions),
    ...actions.flatMap(specProblems),
    ...actions.flatMap((action, at) => rollbackProblems(action, at, actions)),
  ];
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

/** Any service may stand here: defaults that come from the incident are not known before there is one, and are left out. */
const ANY: Subject = { service: 'any', severity: 'high' };

function rollbackProblems({ rollback, services }: Action, at: number, actions: readonly Action[]): string[] {
  if (rollback === undefined) return [];
  const key = `actions[${at}].rollback`;
  const target = actions.find((action) => action.id === rollback.action);
  if (target === undefined) return [`${key}.action: \`${rollback.action}\` is no id of this catalogue`];
  const reaches = target.services === undefined || services?.every((service) => target.services?.includes(service)) === true;
  const unreached = reaches ? [] : [`${key}.action: \`${rollback.action}\` is not for every service that this action is for`];
  const given = rollback.parameters;
  const fixed = Object.entries(target.parameters).filter(([name, spec]) => spec.from === undefined || Object.hasOwn(given, name));
  const { problems } = resolveParameters({ parameters: Object.fromEntries(fixed) }, given, ANY);
  return [...unreached, ...problems.map((problem) => `${key}.parameters: ${problem}`)];
}
