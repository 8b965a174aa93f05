import type { CommandOrder } from '../../../contracts/action-orders.ts';
import type { Parameters } from '../../../contracts/catalogue.ts';
import { placesIn } from '../../../contracts/template.ts';
import { filled } from '../filled.ts';

export type Argv = { ok: true; program: string; args: string[] } | { ok: false; refusal: string };

/**
 * The program and its arguments. Every element of the template gives exactly one argument, and a value that looks like an
 * option is refused wherever it would stand, so that no parameter can turn into a flag.
 */
export function argvOf({ argv, dashes_allowed }: CommandOrder, parameters: Parameters): Argv {
  const used = new Set(argv.flatMap(placesIn));
  for (const name of used) {
    const problem = valueProblem(String(parameters[name] ?? ''), dashes_allowed.includes(name));
    if (problem !== null) return { ok: false, refusal: `the parameter \`${name}\` ${problem}` };
  }
  const [program, ...args] = argv.map((element) => filled(element, parameters));
  const refusal = [program, ...args].find((element) => element?.ok === false);
  if (refusal?.ok === false) return refusal;
  if (program?.ok !== true) return { ok: false, refusal: 'the command names no program' };
  return { ok: true, program: program.text, args: args.flatMap((element) => (element.ok ? [element.text] : [])) };
}

function valueProblem(value: string, mayBeginWithDash: boolean): string | null {
  if (value.startsWith('-') && !mayBeginWithDash) return 'begins with `-` and could pass for an option';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return /[\u0000-\u001f\u007f]/.test(value) ? 'has a control character inside' : null;
}
