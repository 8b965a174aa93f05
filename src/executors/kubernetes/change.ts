import type { ClusterObject } from './objects.ts';
import { ANNOTATION, type Recorded, withRecord } from './record.ts';
import type { Target } from './target.ts';

/** A JSON Patch (RFC 6902). */
export type Patch = readonly { op: 'add' | 'replace'; path: string; value: unknown }[];
export type Change = { ok: true; patch: Patch } | { ok: false; refusal: string };

/** The annotation that `kubectl rollout restart` sets, so that both look alike to whoever reads the object later. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const REVISION = 'deployment.kubernetes.io/revision';
/** Set by the cluster for each replica set; in the deployment's own template it would belong to nobody. */
const TEMPLATE_HASH = 'pod-template-hash';

type Before = { object: ClusterObject; records: readonly Recorded[]; replicaSets: readonly ClusterObject[] };

/**
 * What is to be changed, and in the same patch the record of it. The patch names the version of the object that it was
 * made for: on any other the API server refuses it, so nothing that somebody else did meanwhile is overwritten.
 */
export function changeOf(target: Target, before: Before, record: Recorded): Change {
  const { object, records } = before;
  const change = OPERATIONS[target.operation](target, before, record.at);
  if (!change.ok) return change;
  const annotations = { ...object.metadata.annotations, [ANNOTATION]: withRecord(records, record) };
  return {
    ok: true,
    patch: [
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
      { op: 'add', path: '/metadata/annotations', value: annotations },
      ...change.patch,
    ],
  };
}

type Operation = (target: Target, before: Before, at: string) => Change;
const PAUSED: Change = { ok: false, refusal: 'its rollouts are paused; resume them first' };

const OPERATIONS: Record<Target['operation'], Operation> = {
  rollout_restart: (_target, { object }, at) => {
    const { paused, template } = object.spec;
    if (paused) return PAUSED;
    if (!template?.metadata) return { ok: false, refusal: 'it has no pod template that could be marked' };
    const annotations = { ...template.metadata.annotations, [RESTARTED_AT]: at };
    return { ok: true, patch: [{ op: 'add', path: '/spec/template/metadata/annotations', value: annotations }] };
  },
  scale: ({ replicas }) => ({ ok: true, patch: [{ op: 'add', path: '/spec/replicas', value: replicas }] }),
  rollout_undo: (_target, { object, replicaSets }) => {
    if (object.spec.paused) return PAUSED;
    const template = templateBefore(object, replicaSets);
    if (template === null) return { ok: false, refusal: 'it has no earlier revision to go back to' };
    return { ok: true, patch: [{ op: 'replace', path: '/spec/template', value: template }] };
  },
  cordon: () => ({ ok: true, patch: [{ op: 'add', path: '/spec/unschedulable', value: true }] }),
  uncordon: () => ({ ok: true, patch: [{ op: 'add', path: '/spec/unschedulable', value: false }] }),
};

const revisionOf = ({ metadata }: ClusterObject): number => Number(metadata.annotations?.[REVISION] ?? Number.NaN);

/** The pod template of the newest revision below the present one, among the replica sets that are really this deployment's. */
function templateBefore(deployment: ClusterObject, replicaSets: readonly ClusterObject[]): unknown {
  const own = replicaSets.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid, controller }) => uid === deployment.metadata.uid && controller === true),
  );
  const now = revisionOf(deployment);
  const earlier = own.filter((one) => revisionOf(one) < now).sort((one, other) => revisionOf(other) - revisionOf(one));
  const template = earlier[0]?.spec.template;
  if (template === undefined) return null;
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
