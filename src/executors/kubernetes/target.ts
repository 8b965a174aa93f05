import type { KubernetesOrder } from '../../../contracts/action-orders.ts';
import type { Parameters } from '../../../contracts/catalogue.ts';
import type { KubernetesExecutorConfig } from '../../../contracts/executors.ts';
import { type Filled, filled } from '../filled.ts';

/** One object of the cluster; a node has no namespace. */
export type ObjectRef =
  | { kind: 'deployment' | 'statefulset' | 'daemonset'; namespace: string; name: string }
  | { kind: 'node'; name: string };

export type Target = { ref: ObjectRef; operation: KubernetesOrder['operation']; replicas: number | null };
export type FoundTarget = { ok: true; target: Target } | { ok: false; refusal: string };

/** What Kubernetes allows in a name; anything else could change the path that it stands in. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const REPLICAS = /^\d{1,4}$/;

const no = (refusal: string): FoundTarget => ({ ok: false, refusal });

/** Which object an order is about, refused where the config does not let it be touched. */
export function targetOf(
  order: KubernetesOrder,
  parameters: Parameters,
  allowed: Pick<KubernetesExecutorConfig, 'namespaces' | 'nodes'>,
): FoundTarget {
  const name = filled(order.name, parameters);
  const badName = problemOf('name', name);
  if (badName !== null) return no(badName);
  if (order.operation === 'cordon' || order.operation === 'uncordon') {
    if (!allowed.nodes) return no('nodes may not be touched: executors.kubernetes.nodes is off');
    return { ok: true, target: { ref: { kind: 'node', name: textOf(name) }, operation: order.operation, replicas: null } };
  }
  const namespace = filled(order.namespace, parameters);
  const badNamespace = problemOf('namespace', namespace) ?? notAllowed(textOf(namespace), allowed.namespaces);
  if (badNamespace !== null) return no(badNamespace);
  const ref = { kind: order.kind, namespace: textOf(namespace), name: textOf(name) };
  if (order.operation !== 'scale') return { ok: true, target: { ref, operation: order.operation, replicas: null } };
  const replicas = filled(order.replicas, parameters);
  if (!replicas.ok || !REPLICAS.test(replicas.text)) return no(`the number of replicas is none: ${textOf(replicas)}`);
  return { ok: true, target: { ref, operation: 'scale', replicas: Number(replicas.text) } };
}

const textOf = (found: Filled): string => (found.ok ? found.text : found.refusal);

function problemOf(what: string, found: Filled): string | null {
  if (!found.ok) return found.refusal;
  return NAME.test(found.text) ? null : `\`${found.text}\` is no ${what} of an object`;
}

const notAllowed = (namespace: string, allowed: readonly string[]): string | null =>
  allowed.includes(namespace) ? null : `the namespace \`${namespace}\` is not listed in executors.kubernetes.namespaces`;

export const titleOf = (ref: ObjectRef): string =>
  ref.kind === 'node' ? `node ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
