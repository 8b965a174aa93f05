import { z } from 'zod';
import { ServiceName } from './words.ts';

/** What may be kept in the cluster; whatever is not named stays in the embedded store. */
export const ElasticsearchUse = z.enum(['log', 'library', 'telemetry']);
export type ElasticsearchUse = z.infer<typeof ElasticsearchUse>;

/** As Elasticsearch itself has it, without wildcards, lists and hidden names: one name means one index. */
const IndexName = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'an index is lower-case letters, digits, `.`, `_` and `-`');

/** By which access-log lines a service is told: every list that is given must fit, of each list any entry. */
export const LogMap = z
  .strictObject({
    hosts: z.array(z.string().min(1).max(255)).max(100).default([]),
    /** Beginnings of the requested path. */
    paths: z.array(z.string().startsWith('/').max(500)).max(100).default([]),
    /** Extensions of the requested file, as the log holds them; the empty one stands for none. */
    extensions: z.array(z.string().max(20)).max(100).default([]),
  })
  .refine(({ hosts, paths, extensions }) => hosts.length + paths.length + extensions.length > 0, 'names no line of any log');
export type LogMap = z.infer<typeof LogMap>;

const DataViewId = z.string().regex(/^[\w.:*-]{1,200}$/, 'the id of a data view has letters, digits or _ . : * -');

const Indices = z.strictObject({
  runbooks: IndexName.optional(),
  evidence: IndexName.optional(),
  policies: IndexName.optional(),
  /** Access logs in the shape of Kibana's sample web logs. */
  logs: IndexName.optional(),
  /** Where each case stands: a copy drawn from the log. */
  cases: IndexName.optional(),
  /** The log of all cases, by its alias. */
  log: IndexName.optional(),
  /** What was executed: a copy drawn from the log. */
  executions: IndexName.optional(),
  leases: IndexName.optional(),
});

/** The `elasticsearch` part of the config; all of it sleeps until ELASTICSEARCH_URL is given. */
export const ElasticsearchConfig = z.strictObject({
  use: z.array(ElasticsearchUse).default(['log', 'library', 'telemetry']),
  /** Stands before every index name that `indices` does not give. */
  prefix: z.union([z.literal(''), IndexName]).default(''),
  indices: Indices.prefault({}),
  /** Longest wait for one answer of the cluster, in seconds. */
  timeout_s: z.number().min(0.1).max(60).default(5),
  services: z.record(ServiceName, LogMap).default({}),
  /** The stretch before the window that a service's ordinary error rate is taken from, in seconds. */
  baseline_s: z.number().min(60).max(31_536_000).default(86_400),
  /**
   * How long a log line may be on its way before it can be counted, in seconds. The newest lines of a window that are
   * younger are left out, and a window of which they are the greater part is not answered yet.
   */
  late_s: z.number().min(0).max(3_600).default(5),
  /** Kibana's own ids of the data views that cards link to; without one the index's name is taken. */
  data_views: z.strictObject({ logs: DataViewId.optional(), log: DataViewId.optional() }).prefault({}),
});
export type ElasticsearchConfig = z.infer<typeof ElasticsearchConfig>;
