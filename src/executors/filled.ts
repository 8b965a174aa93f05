import type { Parameters } from '../../contracts/catalogue.ts';
import { fillPlaces, placesIn } from '../../contracts/template.ts';

export type Filled = { ok: true; text: string } | { ok: false; refusal: string };

/** A template with the order's parameters in it; refused where one is absent, because an empty place could mean anything. */
export function filled(template: string, parameters: Parameters): Filled {
  const absent = placesIn(template).find((name) => !Object.hasOwn(parameters, name));
  if (absent !== undefined) return { ok: false, refusal: `the parameter \`${absent}\` is missing` };
  return { ok: true, text: fillPlaces(template, (name) => String(parameters[name])) };
}
