import { type BodyOf, UNRETRIEVED_MAX } from '../../contracts/entry.ts';
import type { KeyClaim, Plan } from '../../contracts/plan.ts';
import type { Planner, PlannerAnswer } from '../ports.ts';

/**
 * The planner of a service. Each turn is the next of its fallbacks, for when those before have used up their attempts;
 * beyond the last one it is the last one again.
 */
export type PlannerFor = (service: string, turn?: number) => Planner;
/** Whose turn it is after so many failed attempts, and in whose place; null where everybody has used up theirs. */
export function turnOf(
  plannerFor: PlannerFor,
  service: string,
  { attempts, each }: { attempts: number; each: number },
): { planner: Planner; inPlaceOf: string | null } | null {
  const turn = Math.floor(attempts / each);
  const planner = plannerFor(service, turn);
  if (turn === 0) return { planner, inPlaceOf: null };
  return planner.name === plannerFor(service, turn - 1).name ? null : { planner, inPlaceOf: plannerFor(service).name };
}

/** The planner of that name in the service's order, which may be a fallback; else the first. */
export function plannerBehind(plannerFor: PlannerFor, service: string, name: string | undefined): Planner {
  const first = plannerFor(service);
  for (let turn = 0, before = ''; ; turn += 1) {
    const planner = plannerFor(service, turn);
    if (planner.name === name) return planner;
    if (planner.name === before) return first;
    before = planner.name;
  }
}

type Author = Pick<BodyOf<'planned'>, 'planner' | 'fallback_from' | 'usage' | 'unretrieved_ids'>;

/** Who made the plan, at what cost, and what of it they never looked up. */
export function authorOf({ planner, fallback_from, usage, retrieved_ids }: PlannerAnswer, plan: Plan): Author {
  return {
    planner,
    fallback_from,
    ...(usage === null ? {} : { usage }),
    ...(retrieved_ids === null ? {} : { unretrieved_ids: unretrieved(plan, retrieved_ids) }),
  };
}

/**
 * What is cited and was never found. It stays in the plan: each id is looked up in any case, and one that does not exist
 * has to count as invented, which it could not if it were taken out here.
 */
function unretrieved({ key_claims }: Plan, retrieved: readonly string[]): string[] {
  const found = new Set(retrieved);
  const claims: readonly KeyClaim[] = key_claims;
  return [...new Set(claims.flatMap(({ document_ids }) => document_ids))]
    .filter((id) => !found.has(id))
    .slice(0, UNRETRIEVED_MAX);
}
