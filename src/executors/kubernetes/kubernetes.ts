import type { Action } from '../../../contracts/catalogue.ts';
import type { KubernetesExecutorConfig } from '../../../contracts/executors.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { Clock, Executor, ExecutorAnswer, ExecutorStatus, NotSent, Order } from '../../../pipeline/ports.ts';
import { isLate, notSent, REFUSED_LATE, refused, usedKey } from '../answers.ts';
import { type Change, changeOf, type Patch } from './change.ts';
import type { Cluster, ClusterAnswer } from './cluster.ts';
import type { ClusterObject } from './objects.ts';
import { orderHash, type Recorded, recordsOf } from './record.ts';
import { type FoundTarget, type Target, targetOf, titleOf } from './target.ts';

export type KubernetesOptions = {
  cluster: Cluster;
  config: Pick<KubernetesExecutorConfig, 'namespaces' | 'nodes'>;
  actions: ReadonlyMap<string, Action>;
  clock: Clock;
};

/** A busy object changes its version many times a second through its own status. */
const ROUNDS_MAX = 8;
const CONFLICT = 409;
const UNANSWERED = 0;
/** No answer of the API server, but what stands on the object itself. */
const UNREADABLE = 422;

/**
 * Changes one object of a cluster: tried first without effect, then made on exactly the version that was looked at. The
 * same patch leaves the key on the object, so a repeat finds it there. An API server knows no time limit of ours.
 */
export function createKubernetesExecutor({ cluster, config, actions, clock }: KubernetesOptions): Executor {
  const find = ({ actionId, parameters }: Order): FoundTarget => {
    const order = actions.get(actionId)?.kubernetes;
    if (order === undefined) return { ok: false, refusal: `the action \`${actionId}\` has no order for Kubernetes` };
    return targetOf(order, parameters, config);
  };

  const replicaSetsOf = async ({ ref, operation }: Target, { spec }: ClusterObject): Promise<ClusterAnswer<ClusterObject[]>> => {
    if (operation !== 'rollout_undo' || ref.kind === 'node') return { ok: true, value: [] };
    const listed = await safely(() => cluster.replicaSets(ref.namespace, spec.selector?.matchLabels ?? {}));
    if (listed.ok) return { ok: true, value: listed.value.items };
    return { ...listed, refusal: `its revisions cannot be read: ${listed.refusal}` };
  };

  /** What the object says of this key; null where it says nothing. */
  const earlier = (order: Order, records: readonly Recorded[]): ExecutorAnswer | null => {
    const record = records.find(({ key }) => key === order.key);
    if (record === undefined) return null;
    if (record.order !== orderHash(order)) throw usedKey(order.key);
    return doneBy(record);
  };

  /** What stands against changing it now, or what an earlier order under this key has done already. */
  const obstacle = (order: Order, { object, records }: Look, first: ClusterObject | null): ExecutorAnswer | null => {
    const before = earlier(order, records);
    if (before !== null) return before;
    if (isLate(clock, order)) return REFUSED_LATE;
    return first !== null && hasMoved(first, object) ? refused('somebody else has changed it meanwhile') : null;
  };

  const changeFor = async (target: Target, { object, records }: Look, record: Recorded): Promise<Change | Refused> => {
    const sets = await replicaSetsOf(target, object);
    return sets.ok ? changeOf(target, { object, records, replicaSets: sets.value }, record) : sets;
  };

  /** The same patch twice: tried without effect, then made. */
  const make = async (order: Order, { ref }: Target, patch: Patch, look: Look, record: Recorded): Promise<Round> => {
    const tried = await safely(() => cluster.patch(ref, patch, true));
    if (!tried.ok) return unmade(look, tried, 'tried without effect: ');
    if (isLate(clock, order)) return ended(REFUSED_LATE);
    // From here on a lost answer may be that of a change, so it is thrown and not turned into a word.
    const made = await cluster.patch(ref, patch, false);
    return made.ok ? ended(doneBy(record)) : unmade(look, made, '');
  };

  const attempt = async (order: Order, target: Target, first: ClusterObject | null): Promise<Round> => {
    const look = await lookAt(cluster, target);
    if (!look.ok) return ended(undone(look));
    const stop = obstacle(order, look, first);
    if (stop !== null) return ended(stop);
    const record = recordOf(order, target, new Date(clock.now()).toISOString());
    const change = await changeFor(target, look, record);
    return change.ok ? make(order, target, change.patch, look, record) : ended(undone(change));
  };

  /** The records of the object that an order is about; throws where they cannot be had. */
  const recordsFor = async (order: Order): Promise<Recorded[]> => {
    const found = find(order);
    if (!found.ok) throw unclear(`it can no longer be told which object the order was about: ${found.refusal}`);
    const look = await cluster.read(found.target.ref);
    const records = look.ok ? recordsOf(look.value) : null;
    if (records === null) throw unclear(`${titleOf(found.target.ref)} cannot tell what was done to it`);
    return records;
  };

  return {
    name: 'kubernetes',
    declares: () => ({ refusesLate: false, idempotentByKey: true }),
    async run(order) {
      const found = find(order);
      if (!found.ok) return refused(found.refusal);
      let seen: ClusterObject | null = null;
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const outcome: Round = await attempt(order, found.target, seen);
        if (outcome.kind === 'ended') return outcome.answer;
        seen ??= outcome.seen;
      }
      return refused('it changes too often to be changed safely');
    },
    async status(_key, order): Promise<ExecutorStatus> {
      if (order === null) throw unclear('it can no longer be told which object the order was about');
      const before = earlier(order, await recordsFor(order));
      return before === null ? { seen: false } : { seen: true, ...before };
    },
  };
}

const unclear = (why: string): GovernorError => new GovernorError('outcome_unclear', why);

type Look = { object: ClusterObject; records: Recorded[] };

async function lookAt(cluster: Cluster, { ref }: Target): Promise<({ ok: true } & Look) | Refused> {
  const read = await safely(() => cluster.read(ref));
  if (!read.ok) return { ...read, refusal: `${titleOf(ref)} cannot be read: ${read.refusal}` };
  const records = recordsOf(read.value);
  if (records === null)
    return { ok: false, status: UNREADABLE, refusal: `the record of earlier orders on ${titleOf(ref)} cannot be read` };
  return { ok: true, object: read.value, records };
}

/** The API server's own word that nothing was changed. Where the object was another by then, it is looked at again. */
const unmade = ({ object }: Look, { status, refusal }: Refused, how: string): Round =>
  status === CONFLICT ? { kind: 'again', seen: object } : ended(undone({ status, refusal: `${how}${refusal}` }));

type Refused = Extract<ClusterAnswer<unknown>, { ok: false }>;
/** Where nobody answered what was only a question, the order has not gone out. */
const undone = ({ status, refusal }: { status?: number; refusal: string }): ExecutorAnswer | NotSent =>
  status === UNANSWERED ? notSent(refusal) : refused(refusal);

type Round = { kind: 'ended'; answer: ExecutorAnswer | NotSent } | { kind: 'again'; seen: ClusterObject };
const ended = (answer: ExecutorAnswer | NotSent): Round => ({ kind: 'ended', answer });

const doneBy = ({ detail, at }: Recorded): ExecutorAnswer => ({ outcome: 'done', detail, effectAt: at });

/** Status alone may change as it likes; what is wanted of the object may not. */
const hasMoved = (before: ClusterObject, now: ClusterObject): boolean =>
  before.metadata.uid !== now.metadata.uid || before.metadata.generation !== now.metadata.generation;

/** For what changes nothing: a lost answer is as good as a refusal then. */
async function safely<T>(ask: () => Promise<ClusterAnswer<T>>): Promise<ClusterAnswer<T>> {
  try {
    return await ask();
  } catch (fault) {
    return { ok: false, status: UNANSWERED, refusal: `${problemOf(fault)}; nothing was changed` };
  }
}

const DONE: Record<Target['operation'], string> = {
  rollout_restart: 'restarted',
  scale: 'scaled',
  rollout_undo: 'taken back to the revision before',
  cordon: 'takes no new pods',
  uncordon: 'takes new pods again',
};

const recordOf = (order: Order, { ref, operation, replicas }: Target, at: string): Recorded => ({
  key: order.key,
  order: orderHash(order),
  at,
  detail: `${titleOf(ref)}: ${DONE[operation]}${replicas === null ? '' : ` to ${replicas}`}`,
});
