import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Action } from '../../../contracts/catalogue.ts';
import type { Executor, Order } from '../../../pipeline/ports.ts';
import { openCluster } from '../../../src/executors/kubernetes/cluster.ts';
import { createKubernetesExecutor } from '../../../src/executors/kubernetes/kubernetes.ts';
import { type FakeApiServer, openFakeApiServer } from '../../fakes/kubernetes/api-server.ts';

export const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/checkout-web';
export const NODE = '/api/v1/nodes/node-1';

const workload = (namespaced: object) => ({ namespace: 'shop', name: '{service}', ...namespaced });
const ORDERS = {
  restart_pods: workload({ operation: 'rollout_restart', kind: 'deployment' }),
  scale_pods: workload({ operation: 'scale', kind: 'deployment', replicas: '{count}' }),
  undo_release: workload({ operation: 'rollout_undo', kind: 'deployment' }),
  cordon_node: { operation: 'cordon', name: '{node}' },
  uncordon_node: { operation: 'uncordon', name: '{node}' },
  elsewhere: { operation: 'rollout_restart', kind: 'deployment', namespace: 'kube-system', name: '{service}' },
};
const actions = new Map(
  Object.entries(ORDERS).map(([id, kubernetes]) => [
    id,
    Action.parse({
      id,
      title: id,
      description: id,
      executor: 'kubernetes',
      risk: 'medium',
      recovery: { settle_s: 1, window_s: 5, error_rate_max: 0.05 },
      parameters: {
        service: { type: 'name', title: 'Service', default: 'checkout-web', pattern: '.*' },
        count: { type: 'integer', title: 'Count', min: 0, max: 1_000, default: 3 },
        node: { type: 'name', title: 'Node', default: 'node-1' },
      },
      kubernetes,
    }),
  ]),
);

const container = (image: string, field: string) => ({ containers: [{ name: 'web', image, [field]: { kept: true } }] });
const deployment = {
  kind: 'Deployment',
  metadata: {
    name: 'checkout-web',
    uid: 'uid-of-the-deployment',
    resourceVersion: '7',
    generation: 4,
    annotations: { 'deployment.kubernetes.io/revision': '3', team: 'shop' },
  },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'checkout-web' } },
    template: { metadata: { labels: { app: 'checkout-web' } }, spec: container('web:3', 'aFieldOfTomorrow') },
  },
};
const replicaSet = (revision: string, owner: string) => ({
  metadata: {
    name: `checkout-web-${revision}-${owner}`,
    uid: `uid-${revision}-${owner}`,
    resourceVersion: '1',
    labels: { app: 'checkout-web' },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ uid: owner, controller: true }],
  },
  spec: {
    template: {
      metadata: { labels: { app: 'checkout-web', 'pod-template-hash': `hash${revision}` } },
      spec: container(`web:${revision}`, 'aFieldOfTomorrow'),
    },
  },
});

export type KubernetesStage = { server: FakeApiServer; executor: Executor; another(): Promise<Executor>; close(): Promise<void> };

export async function openKubernetes(): Promise<KubernetesStage> {
  const server = await openFakeApiServer();
  server.put(DEPLOYMENT, deployment);
  server.put(NODE, { kind: 'Node', metadata: { name: 'node-1', uid: 'uid-of-the-node', resourceVersion: '9' }, spec: {} });
  for (const [revision, owner] of [
    ['1', 'uid-of-the-deployment'],
    ['2', 'uid-of-the-deployment'],
    ['3', 'uid-of-the-deployment'],
    ['2', 'uid-of-somebody-else'],
  ] as const)
    server.put(`/apis/apps/v1/namespaces/shop/replicasets/${revision}-${owner}`, replicaSet(revision, owner));
  const folder = mkdtempSync(join(tmpdir(), 'governor-kubernetes-'));
  const kubeconfig = join(folder, 'config');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: server.token } }],
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'here',
    }),
  );
  const another = async (): Promise<Executor> =>
    createKubernetesExecutor({
      cluster: await openCluster({ kubeconfig, timeout_s: 0.5 }),
      config: { namespaces: ['shop'], nodes: true },
      actions,
      clock: { now: Date.now },
    });
  return {
    server,
    executor: await another(),
    another,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const anOrder = (actionId: keyof typeof ORDERS, change: Partial<Order> = {}): Order => ({
  key: 'inc-1:1',
  caseId: 'inc-1',
  service: 'checkout-web',
  actionId,
  target: '',
  parameters: { service: 'checkout-web', count: 3, node: 'node-1' },
  notAfter: new Date(Date.now() + 60_000).toISOString(),
  ...change,
});
