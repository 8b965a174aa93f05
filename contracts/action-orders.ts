import { z } from 'zod';
import { isWellFormed, placesIn } from './template.ts';

// What an entry of the catalogue says beyond its target, for executors that need more than a name. It stands in the
// catalogue and not in the config because the whole entry is hashed into the digest that people approve.

/** A text in which `{parameter}` stands for a parameter's value. */
const Template = z.string().min(1).max(500);

/** A program and its arguments. No shell reads it: each element reaches the program as one argument, whatever is in it. */
export const CommandOrder = z.strictObject({
  /** The first element is the program's absolute path, without places. */
  argv: z.array(Template).min(1).max(50),
  /** Parameters whose value may begin with `-`; any other could pass for an option. */
  dashes_allowed: z.array(z.string().min(1).max(50)).max(50).default([]),
  timeout_s: z.number().min(0.1).max(3_600).default(60),
});
export type CommandOrder = z.infer<typeof CommandOrder>;

const Workload = { namespace: Template, name: Template };

/** One change of one object in a Kubernetes cluster. */
export const KubernetesOrder = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('rollout_restart'),
    kind: z.enum(['deployment', 'statefulset', 'daemonset']),
    ...Workload,
  }),
  z.strictObject({
    operation: z.literal('scale'),
    kind: z.enum(['deployment', 'statefulset']),
    ...Workload,
    /** A whole number, or `{parameter}`. */
    replicas: Template,
  }),
  z.strictObject({ operation: z.literal('rollout_undo'), kind: z.literal('deployment'), ...Workload }),
  z.strictObject({ operation: z.literal('cordon'), name: Template }),
  z.strictObject({ operation: z.literal('uncordon'), name: Template }),
]);
export type KubernetesOrder = z.infer<typeof KubernetesOrder>;

type Spec = { required: boolean; default?: unknown; from?: string | undefined };
type Ordered = {
  executor: string;
  parameters: Readonly<Record<string, Spec>>;
  command?: CommandOrder | undefined;
  kubernetes?: KubernetesOrder | undefined;
};
export type OrderProblem = { path: (string | number)[]; message: string };

/** What is wrong with an entry's order beyond its shape: an order that could not be filled in must not be approvable. */
export function orderProblems(action: Ordered): OrderProblem[] {
  return [
    ...presenceProblems(action, 'command'),
    ...presenceProblems(action, 'kubernetes'),
    ...programProblems(action.command),
    ...templatesOf(action).flatMap(({ path, text }) => placeProblems(action, path, text)),
  ];
}

function presenceProblems(action: Ordered, kind: 'command' | 'kubernetes'): OrderProblem[] {
  const isGiven = action[kind] !== undefined;
  if (isGiven === (action.executor === kind)) return [];
  const message = isGiven ? `is only for actions of the executor \`${kind}\`` : `is missing: the executor \`${kind}\` needs it`;
  return [{ path: [kind], message }];
}

/** What is run is fixed by the entry; only its arguments may come from a plan. */
function programProblems(command: CommandOrder | undefined): OrderProblem[] {
  const program = command?.argv[0];
  if (program === undefined || /^\/[^{}]+$/.test(program)) return [];
  return [{ path: ['command', 'argv', 0], message: 'must be the absolute path of a program, without places' }];
}

type Placed = { path: (string | number)[]; text: string };

function templatesOf({ command, kubernetes }: Ordered): Placed[] {
  const argv = (command?.argv ?? []).map((text, at) => ({ path: ['command', 'argv', at], text }));
  const dashes = (command?.dashes_allowed ?? []).map((name, at) => ({
    path: ['command', 'dashes_allowed', at],
    text: `{${name}}`,
  }));
  const fields = Object.entries(kubernetes ?? {}).map(([name, text]) => ({ path: ['kubernetes', name], text }));
  return [...argv, ...dashes, ...fields];
}

function placeProblems({ parameters }: Ordered, path: Placed['path'], text: string): OrderProblem[] {
  if (!isWellFormed(text)) return [{ path, message: `\`${text}\` has a brace that belongs to no {parameter}` }];
  if (text.includes('\0')) return [{ path, message: 'has a character that no program can be given' }];
  return placesIn(text).flatMap((name) => {
    const spec = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (spec === undefined) return [{ path, message: `{${name}} is no parameter of this action` }];
    const isAlwaysThere = spec.required || spec.default !== undefined || spec.from !== undefined;
    return isAlwaysThere ? [] : [{ path, message: `{${name}} may be absent: require it or give it a default` }];
  });
}
