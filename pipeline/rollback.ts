import type { Action, Parameters, ParameterValue } from '../contracts/catalogue.ts';
import type { ExecutionState } from './case-state.ts';

/** What undoes an execution: another action of the catalogue, and the parameters that a plan of it gives. */
export type Undoing = { action: string; parameters: Parameters };
type Ran = Pick<ExecutionState, 'parameters'> | null;

/** Anything in the braces counts, so that a misspelt name is found and never taken for a value. */
const REFERENCE = /^\{([^{}]*)\}$/;

/** The executed action's parameter that a value of a rollback stands for; null where the value means itself. */
export const referredBy = (value: ParameterValue): string | null =>
  typeof value === 'string' ? (REFERENCE.exec(value)?.[1] ?? null) : null;

/**
 * The rollback of an action that ran, with the parameters it ran with. Null where it has none, and where the execution
 * lacks what is referred to: the catalogue may have changed since, and a default could be something that never was touched.
 */
export function rollbackOf(action: Pick<Action, 'rollback'> | undefined, ran: Ran): Undoing | null {
  if (action?.rollback === undefined || ran === null) return null;
  const parameters: Parameters = {};
  for (const [name, value] of Object.entries(action.rollback.parameters)) {
    const filled = valueFor(value, ran.parameters);
    if (filled === undefined) return null;
    parameters[name] = filled;
  }
  return { action: action.rollback.action, parameters };
}

function valueFor(value: ParameterValue, ran: Parameters): ParameterValue | undefined {
  const referred = referredBy(value);
  if (referred === null) return value;
  return Object.hasOwn(ran, referred) ? ran[referred] : undefined;
}

/** The action as a card may offer it: without its rollback where nobody can say what that would act on. */
export const asOffered = (action: Action | undefined, ran: Ran): Action | undefined =>
  action === undefined || rollbackOf(action, ran) !== null ? action : { ...action, rollback: undefined };
