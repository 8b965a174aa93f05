import { z } from 'zod';

/** The environment variable in which a secret is given; it may also be given as a file, by NAME_FILE. */
const VariableName = z.string().regex(/^[A-Z][A-Z0-9_]{2,99}$/);
const PathTemplate = z
  .string()
  .regex(/^\/[^\s?#]*$/)
  .max(500);

/** A system that takes orders by signed HTTP requests. */
export const WebhookExecutorConfig = z.strictObject({
  /** `{target}` stands for the action's target. */
  url: z.string().min(1).max(2_000),
  /** Asked by GET what became of a key; `{key}` and `{target}` stand for themselves. Without it only a person can settle a lost answer. */
  status_url: z.string().min(1).max(2_000).optional(),
  /** Names the variable with the secret that requests are signed with. */
  secret_env: VariableName,
  /** Names a variable whose value is sent in `token_header`, for systems that know no signatures. */
  token_env: VariableName.optional(),
  token_header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/)
    .default('authorization'),
  /** `outcome`: the answer must say what came of the order. `status`: a status from 200 to 299 is enough for `done`. */
  answers: z.enum(['outcome', 'status']).default('outcome'),
  /** What the target promises: nothing that it does not keep may be written here. */
  refuses_late: z.boolean().default(false),
  idempotent_by_key: z.boolean().default(false),
  /** Whether 429 always means that the order was not taken; a proxy may also say it after having passed the order on. */
  too_many_is_refusal: z.boolean().default(false),
  timeout_s: z.number().min(0.1).max(15).default(10),
});
export type WebhookExecutorConfig = z.infer<typeof WebhookExecutorConfig>;

/** Kibana's workflows, at KIBANA_URL with KIBANA_API_KEY. An action's target is the workflow's id. */
export const KibanaWorkflowConfig = z.strictObject({
  enabled: z.boolean().default(false),
  /** The space, where KIBANA_URL does not carry it. */
  space: z
    .string()
    .regex(/^[a-z0-9_-]{1,100}$/)
    .optional(),
  run_path: PathTemplate.default('/api/workflows/workflow/{id}/run'),
  executions_path: PathTemplate.default('/api/workflows/workflow/{id}/executions'),
  execution_path: PathTemplate.default('/api/workflows/executions/{execution}'),
  /** Whether every workflow named in the catalogue ends by itself where `governor_not_after` has passed. */
  workflows_refuse_late: z.boolean().default(false),
  timeout_s: z.number().min(0.1).max(15).default(10),
});
export type KibanaWorkflowConfig = z.infer<typeof KibanaWorkflowConfig>;

export const KubernetesExecutorConfig = z.strictObject({
  enabled: z.boolean().default(false),
  /** A kubeconfig file; without it the service account of the pod is used. */
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).max(253).optional(),
  /** The only namespaces whose objects are touched. */
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/))
    .max(200)
    .default([]),
  /** Whether nodes may be cordoned. */
  nodes: z.boolean().default(false),
  timeout_s: z.number().min(0.1).max(15).default(5),
});
export type KubernetesExecutorConfig = z.infer<typeof KubernetesExecutorConfig>;

export const CommandExecutorConfig = z.strictObject({
  enabled: z.boolean().default(false),
  /** Absolute paths of the only programs that the catalogue may name. */
  programs: z.array(z.string().regex(/^\//).max(500)).max(100).default([]),
  /** The whole environment of a command, beside PATH. Nothing of the governor's own is passed on. */
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), z.string().max(4_000)).default({}),
  path: z.string().min(1).max(2_000).default('/usr/local/bin:/usr/bin:/bin'),
  output_bytes_max: z.int().min(0).max(1_000_000).default(16_384),
});
export type CommandExecutorConfig = z.infer<typeof CommandExecutorConfig>;

export const ExecutorsConfig = z.strictObject({
  /** By name; an action uses `webhook-NAME`. */
  webhooks: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), WebhookExecutorConfig).default({}),
  kibana_workflow: KibanaWorkflowConfig.prefault({}),
  kubernetes: KubernetesExecutorConfig.prefault({}),
  command: CommandExecutorConfig.prefault({}),
});
export type ExecutorsConfig = z.infer<typeof ExecutorsConfig>;

/** How many executions may start within a window, over all processes. Null: as many as there are. */
export const ExecutionLimits = z.strictObject({
  window_s: z.number().min(1).max(604_800).default(3_600),
  executions_max: z.int().min(1).max(1_000).nullable().default(null),
  per_service_max: z.int().min(1).max(1_000).nullable().default(null),
});
export type ExecutionLimits = z.infer<typeof ExecutionLimits>;
