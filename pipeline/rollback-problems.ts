import type { Action, ParameterSpec, Parameters } from '../contracts/catalogue.ts';
import { Severity } from '../contracts/words.ts';
import { isServiceName, resolveParameters, type Subject } from './parameters.ts';
import { referredBy } from './rollback.ts';

/**
 * What is wrong with an entry's rollback. One that passes fits whatever the action may have run with: every value that is
 * referred to is always there, and the other action takes each that it may have.
 */
export function rollbackProblems(action: Action, at: number, actions: readonly Action[]): string[] {
  const { rollback, services } = action;
  if (rollback === undefined) return [];
  const key = `actions[${at}].rollback`;
  const undoing = actions.find((one) => one.id === rollback.action);
  if (undoing === undefined) return [`${key}.action: \`${rollback.action}\` is no id of this catalogue`];
  const reaches = undoing.services === undefined || services?.every((service) => undoing.services?.includes(service)) === true;
  const unreached = reaches ? [] : [`${key}.action: \`${rollback.action}\` is not for every service that this action is for`];
  const left = leftOut(action, undoing, rollback.parameters);
  const problems = [
    ...Object.entries(rollback.parameters).flatMap(([name, value]) =>
      referenceProblems(action, undoing, name, referredBy(value)),
    ),
    ...left.map((name) => `\`${name}\` ${LEFT} \`"{${name}}"\` for the one that the action ran with`),
    ...valueProblems(action, undoing, rollback.parameters, new Set(left)),
  ];
  return [...unreached, ...problems.map((problem) => `${key}.parameters: ${problem}`)];
}

const LEFT = 'says what is acted on and must not be left to a default: write';

const specOf = ({ parameters }: Action, name: string): ParameterSpec | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined;

function referenceProblems(action: Action, undoing: Action, name: string, referred: string | null): string[] {
  if (referred === null) return [];
  const [ran, taken] = [specOf(action, referred), specOf(undoing, name)];
  if (taken === undefined) return [`\`${name}\` is no parameter of this action`];
  if (ran === undefined) return [`\`${name}\` refers to \`${referred}\`, which is no parameter of \`${action.id}\``];
  if (!isAlwaysThere(ran)) return [`\`${name}\` refers to \`${referred}\`, which may be absent: require it or give it a default`];
  if (!fits(ran, taken))
    return [`\`${name}\` does not take every value that \`${referred}\` may have run with: give both the same type and bounds`];
  return [];
}

const isAlwaysThere = ({ required, default: literal, from }: ParameterSpec): boolean =>
  required || literal !== undefined || from !== undefined;

/** Whether every value that one parameter allows is allowed by the other. Of patterns only the same one is known to be. */
function fits(ran: ParameterSpec, taken: ParameterSpec): boolean {
  if (isServiceName(taken) && !isServiceName(ran)) return false;
  if (ran.type === 'boolean') return taken.type === 'boolean';
  if (ran.type === 'name') return taken.type === 'name' && taken.pattern === ran.pattern;
  if (ran.type === 'choice') return taken.type === 'choice' && ran.options.every((option) => taken.options.includes(option));
  const isWide = taken.type === 'number' || (taken.type === 'integer' && ran.type === 'integer');
  return isWide && taken.min <= ran.min && ran.max <= taken.max;
}

/**
 * Parameters that may say what is acted on, which the rollback leaves to a default although the action has them too: it
 * would undo something on a machine that nothing was done to. A figure says how much, and may well have its own default.
 */
function leftOut(action: Action, undoing: Action, given: Parameters): string[] {
  return Object.entries(undoing.parameters).flatMap(([name, taken]) => {
    const ran = specOf(action, name);
    if (ran === undefined || Object.hasOwn(given, name) || !saysWhat(taken) || !saysWhat(ran)) return [];
    // Both can only be the incident's own service.
    return isServiceName(taken) && isServiceName(ran) ? [] : [name];
  });
}

const saysWhat = ({ type }: ParameterSpec): boolean => type === 'name' || type === 'choice';

/** Literals and defaults, tried on every service and severity that can be told before there is an incident. */
function valueProblems(action: Action, undoing: Action, given: Parameters, left: ReadonlySet<string>): string[] {
  const literals = Object.fromEntries(Object.entries(given).filter(([, value]) => referredBy(value) === null));
  const isOpen = (name: string): boolean => left.has(name) || (Object.hasOwn(given, name) && !Object.hasOwn(literals, name));
  const isTold = (name: string, { default: literal, from }: ParameterSpec): boolean =>
    Object.hasOwn(literals, name) || literal !== undefined || from !== 'incident.service' || action.services !== undefined;
  const tried = Object.entries(undoing.parameters).filter(([name, spec]) => !isOpen(name) && isTold(name, spec));
  const parameters = Object.fromEntries(tried);
  return [...new Set(subjectsOf(action).flatMap((subject) => resolveParameters({ parameters }, literals, subject).problems))];
}

/** Stands for a service that is not known yet. */
const ANY = 'any';

function subjectsOf({ services = [ANY] }: Action): Subject[] {
  const [first = ANY] = services;
  return [
    ...Severity.options.map((severity) => ({ service: first, severity })),
    ...services.map((service) => ({ service, severity: 'high' as const })),
  ];
}
