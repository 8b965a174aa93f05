import { isRecord } from '../workspace/elements.ts';
import { type Problem, problem } from './problem.ts';

/** Says what is wrong with a value that stands at the JSON pointer `at`; an empty list is a valid value. */
export type Rule = (value: unknown, at: string) => Problem[];
export type Fields = Readonly<Record<string, Rule>>;

const wrongType = (wanted: string, at: string): Problem[] => [problem('invalid_type', `must be ${wanted}`, at)];

/** A string of `min` to `max` characters. */
export function string(max: number, min = 1): Rule {
  return (value, at) => {
    if (typeof value !== 'string') return wrongType('a string', at);
    if (value.length > max) return [problem('too_long', `must be less than ${max + 1} characters`, at, max)];
    return value.length < min ? [problem('too_short', `must be more than ${min - 1} characters`, at, min)] : [];
  };
}

export function matching(pattern: RegExp, form: string): Rule {
  return (value, at) =>
    typeof value === 'string' && pattern.test(value) ? [] : [problem('invalid_format', `must be ${form}`, at)];
}

export function integer(min: number, max: number): Rule {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType('an integer', at);
    return value < min || value > max
      ? [problem('out_of_range', `must be between ${min} and ${max}`, at, value < min ? min : max)]
      : [];
  };
}

export const boolean: Rule = (value, at) => (typeof value === 'boolean' ? [] : wrongType('a boolean', at));
export const number: Rule = (value, at) => (typeof value === 'number' && Number.isFinite(value) ? [] : wrongType('a number', at));
export const anything: Rule = () => [];

export function oneOf(...accepted: readonly (string | number)[]): Rule {
  return (value, at) =>
    accepted.some((one) => one === value) ? [] : [problem('invalid_value', `must be one of: ${accepted.join(', ')}`, at)];
}

/** A list of `min` to `max` items, each by the same rule. */
export function list(item: Rule, max: number, min = 1): Rule {
  return (value, at) => {
    if (!Array.isArray(value)) return wrongType('an array', at);
    if (value.length > max) return [problem('too_many', `no more than ${max} items allowed`, at, max)];
    if (value.length < min) return [problem('too_few', `must provide at least ${min} items`, at, min)];
    return value.flatMap((one: unknown, index) => item(one, `${at}/${index}`));
  };
}

/** An object of exactly these fields; `whole` holds what no single field can say. */
export function object(required: Fields, optional: Fields = {}, ...whole: readonly Rule[]): Rule {
  const known = { ...required, ...optional };
  return (value, at) => {
    if (!isRecord(value)) return wrongType('an object', at);
    const missing = Object.keys(required).filter((name) => value[name] === undefined || value[name] === null);
    const problems = [
      ...missing.map((name) => problem('required', `missing required field: ${name}`, at)),
      ...Object.entries(value).flatMap(([name, field]) => fieldProblems(known, missing, name, field, `${at}/${name}`)),
    ];
    return problems.length > 0 ? problems : whole.flatMap((rule) => rule(value, at));
  };
}

function fieldProblems(known: Fields, missing: readonly string[], name: string, field: unknown, at: string): Problem[] {
  const rule = Object.hasOwn(known, name) ? known[name] : undefined;
  if (rule === undefined) return [problem('additional_property', `invalid additional property: ${name}`, at)];
  return field === undefined || field === null || missing.includes(name) ? [] : rule(field, at);
}

/** An object whose `type` names the rule that holds for it; `accepted` narrows the types of one place. */
export function typed(rules: () => Readonly<Record<string, Rule>>, accepted?: readonly string[]): Rule {
  return (value, at) => {
    if (!isRecord(value)) return wrongType('an object', at);
    const { type } = value;
    if (typeof type !== 'string') return [problem('required', 'missing required field: type', at)];
    const rule = Object.hasOwn(rules(), type) && (accepted === undefined || accepted.includes(type)) ? rules()[type] : undefined;
    return rule === undefined ? [problem('unsupported_type', `unsupported type: ${type}`, `${at}/type`)] : rule(value, at);
  };
}

/** At least one of these fields must be there. */
export function anyOf(...names: readonly string[]): Rule {
  return (value, at) =>
    isRecord(value) && names.some((name) => value[name] !== undefined)
      ? []
      : [problem('required', `must define either \`${names.join('` or `')}\``, at)];
}

/** Exactly one of these fields must be there. */
export function exactlyOneOf(...names: readonly string[]): Rule {
  return (value, at) => {
    const given = isRecord(value) ? names.filter((name) => value[name] !== undefined) : [];
    return given.length === 1 ? [] : [problem('conflict', `must define exactly one of \`${names.join('`, `')}\``, at)];
  };
}
