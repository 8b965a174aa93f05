import { z } from 'zod';
import { CommandOrder, KubernetesOrder, orderProblems } from './action-orders.ts';

export const INVESTIGATE = 'investigate_and_escalate';

const Sourced = {
  title: z.string().min(1).max(100),
  /** Where the default comes from: a field of the incident. A literal `default` wins where both are given. */
  from: z.enum(['incident.service', 'incident.severity']).optional(),
  required: z.boolean().default(true),
};

/** The types a parameter may have. Each is bounded, so that no parameter can carry a command or a text of its own. */
export const ParameterSpec = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('integer'), min: z.int(), max: z.int(), default: z.int().optional(), ...Sourced }),
  z.strictObject({ type: z.literal('number'), min: z.number(), max: z.number(), default: z.number().optional(), ...Sourced }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean().optional(), ...Sourced }),
  z.strictObject({
    type: z.literal('choice'),
    options: z.array(z.string().min(1).max(75)).min(1).max(100),
    default: z.string().optional(),
    ...Sourced,
  }),
  z.strictObject({
    type: z.literal('name'),
    pattern: z.string().max(200).default('^[a-z0-9][a-z0-9._-]{0,62}$'),
    /** What it is the name of; one that is taken from `incident.service` names a service anyway. */
    names: z.literal('service').optional(),
    default: z.string().optional(),
    ...Sourced,
  }),
]);
export type ParameterSpec = z.infer<typeof ParameterSpec>;

/** What must hold of live telemetry before the action makes sense; less counts as one contradiction. */
export const Needs = z.strictObject({ error_rate_min: z.number().min(0).max(1) });

/**
 * How recovery is checked: the error rate over `window_s`, measured from `settle_s` after the effect, must be at or below
 * `error_rate_max`, and the last third of that time by itself must not be plainly above it.
 */
export const RecoveryCheck = z.strictObject({
  settle_s: z.number().min(0).max(86_400),
  window_s: z.number().positive().max(86_400),
  /** An absolute limit; `baseline_factor` times the service's baseline is used where that is higher. */
  error_rate_max: z.number().min(0).max(1),
  baseline_factor: z.number().min(1).max(100).default(2),
});
export type RecoveryCheck = z.infer<typeof RecoveryCheck>;

export const ParameterValue = z.union([z.string().max(200), z.number(), z.boolean()]);
export type ParameterValue = z.infer<typeof ParameterValue>;
export const Parameters = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,49}$/), ParameterValue);
export type Parameters = z.infer<typeof Parameters>;

/** What undoes an action: the id of another entry, or of the same one. */
export const Rollback = z.strictObject({
  action: z.string(),
  /**
   * A value that is exactly `"{name}"` stands for the value, of whatever type, that the action being undone ran with; any
   * other is meant as it is. There are no places inside a text.
   */
  parameters: Parameters.default({}),
});
export type Rollback = z.infer<typeof Rollback>;

/** One thing the governor may do. The whole entry is hashed into the digest that people approve. */
export const Action = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_]{2,74}$/),
    title: z.string().min(1).max(75),
    description: z.string().min(1).max(500),
    aliases: z.array(z.string().min(1).max(200)).max(20).default([]),
    /** Services it may be used for; absent means all. */
    services: z.array(z.string().min(1).max(100)).max(500).optional(),
    executor: z.string().regex(/^[a-z][a-z0-9_-]{0,49}$/),
    /** What the executor is told to act on; its meaning is the executor's. */
    target: z.string().max(500).default(''),
    risk: z.enum(['low', 'medium', 'high']),
    parameters: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,49}$/), ParameterSpec).default({}),
    needs: Needs.optional(),
    recovery: RecoveryCheck,
    rollback: Rollback.optional(),
    /** What the executor `command` runs. */
    command: CommandOrder.optional(),
    /** What the executor `kubernetes` changes. */
    kubernetes: KubernetesOrder.optional(),
  })
  .superRefine((action, context) => {
    for (const problem of orderProblems(action)) context.addIssue({ code: 'custom', ...problem });
  });
export type Action = z.infer<typeof Action>;

/** The catalogue file. Ids and aliases are unique together, and a rollback names an entry and fits it; the loader checks that. */
export const CatalogueFile = z.strictObject({ actions: z.array(Action).min(1).max(1_000) });
export type CatalogueFile = z.infer<typeof CatalogueFile>;
