import type { ApproverRule } from '../contracts/config.ts';
import type { Entry, EntryBody } from '../contracts/entry.ts';
import { lockLog, SWITCH_LOG } from '../contracts/entry.ts';
import { type CaseState, isClosed } from './case-state.ts';
import type { Cases } from './cases.ts';
import { GENESIS } from './chain.ts';
import { GovernorError } from './errors.ts';
import { mayResume } from './personal-keys.ts';
import { type Signer, signedBehind } from './personal-statement.ts';
import type { CaseLog, Clock, Ids } from './ports.ts';
import type { LockState, SwitchState } from './preconditions.ts';
import { advanceLock, advanceSwitch, SWITCH_ON, UNLOCKED } from './preconditions.ts';

/** States in which an action may be under way or still take effect: the service stays locked. */
const ACTIVE: ReadonlySet<CaseState['status']> = new Set(['ready_to_execute', 'executing', 'verifying', 'outcome_unknown']);

type Holder = NonNullable<LockState['holder']>;

export type Taken = { ok: true } | { ok: false; holder: string };

export type Locks = {
  /** Takes the service's lock for this case, or says who has it. */
  take(service: string, caseId: string, revision: number): Promise<Taken>;
  /** Whether this case has the lock now, and when the service was last acted on. */
  look(service: string): Promise<LockState>;
  release(service: string, caseId: string, ran: boolean): Promise<void>;
};

export type Switch = {
  read(): Promise<SwitchState>;
  write(body: Extract<EntryBody, { kind: 'paused' | 'resumed' }>): Promise<void>;
};

type Parts = { log: CaseLog; clock: Clock; ids: Ids };
type Followed<T> = { read(): Promise<{ state: T; nextSeq: number; hash: string }> };

/** The fold of one reserved log, kept: each reading asks only for what came since, so a long history costs nothing. */
function follow<T>(log: CaseLog, id: string, initial: T, advance: (state: T, entry: Entry) => T): Followed<T> {
  let known = { state: initial, nextSeq: 0, hash: GENESIS };
  return {
    async read() {
      const from = known;
      const entries = await log.read(id, from.nextSeq);
      const state = entries.reduce((before, entry) => advance(before, entry), from.state);
      const read = { state, nextSeq: from.nextSeq + entries.length, hash: entries.at(-1)?.hash ?? from.hash };
      // Two readings may overlap; the one that saw more is kept.
      if (read.nextSeq > known.nextSeq) known = read;
      return read;
    },
  };
}

const appendTo = ({ log, clock, ids }: Parts, id: string, seq: number, body: EntryBody) =>
  log.append(id, seq, body, { entryId: ids.entryId(), at: new Date(clock.now()).toISOString(), open: false });

const ROUNDS_MAX = 20;

/** `rules` say whose keys count; without them no resume of the command line does. `signer` is who writes on a command line. */
type SwitchParts = Parts & { rules?: readonly ApproverRule[]; signer?: Signer | null };

export function createSwitch({ rules = [], signer = null, ...parts }: SwitchParts): Switch {
  const advance = (state: SwitchState, entry: Entry): SwitchState =>
    advanceSwitch(state, entry, (resumed) => mayResume(resumed, rules));
  const followed = follow(parts.log, SWITCH_LOG, SWITCH_ON, advance);
  return {
    read: async () => (await followed.read()).state,
    async write(body) {
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const { nextSeq, hash } = await followed.read();
        const written = body.kind === 'resumed' ? signedBehind({ caseId: SWITCH_LOG, hash }, body, signer) : body;
        const appended = await appendTo(parts, SWITCH_LOG, nextSeq, written);
        if (appended.ok) return;
      }
      throw new GovernorError('switch_contended', 'the switch changed too often while it was being written');
    },
  };
}

/**
 * One service, one action at a time. A case that ends without giving its lock back loses it to the next: the holder's
 * own log says whether it is still acting. Taking over and starting guard each other: who takes over reads the holder
 * once more afterwards, and who starts reads the lock once more after `execution_started`.
 */
export function createLocks(parts: Parts & { cases: Cases }): Locks {
  const locks = new Map<string, Followed<LockState>>();
  const lockOf = (service: string): Followed<LockState> => {
    const known = locks.get(service) ?? follow(parts.log, lockLog(service), UNLOCKED, advanceLock);
    locks.set(service, known);
    return known;
  };

  const isActing = async (caseId: string): Promise<boolean> => {
    const state = await parts.cases.load(caseId);
    if (state === undefined) return false;
    // A late effect is possible for as long as nobody knows the outcome, also while a rollback of it waits for consent.
    const isUnknown = state.execution?.outcome === 'unknown' && !isClosed(state);
    return ACTIVE.has(state.status) || isUnknown;
  };

  const releaseAt = (service: string, seq: number, { caseId, revision }: Holder, ran: boolean) =>
    appendTo(parts, lockLog(service), seq, { kind: 'lock_released', case_id: caseId, revision, ran });

  const release = async (service: string, caseId: string, ran: boolean): Promise<void> => {
    const { state, nextSeq } = await lockOf(service).read();
    // A lost race means that somebody else holds the lock by now, which is what releasing wants.
    if (state.holder?.caseId === caseId) await releaseAt(service, nextSeq, state.holder, ran);
  };

  /** A holder that acted and was gone before it gave its lock back: it is given back for it, so that the cooldown counts. */
  const gaveBack = async (service: string, seq: number, holder: Holder | null): Promise<boolean> => {
    if (holder === null) return false;
    const execution = (await parts.cases.load(holder.caseId))?.execution;
    const ran = execution?.revision === holder.revision && (execution.outcome === 'done' || execution.outcome === 'failed');
    if (ran) await releaseAt(service, seq, holder, true);
    return ran;
  };

  /** One round of taking; null where the lock changed hands meanwhile and has to be looked at again. */
  const takeOnce = async (service: string, caseId: string, revision: number): Promise<Taken | null> => {
    const { state, nextSeq } = await lockOf(service).read();
    const { holder } = state;
    if (holder !== null && holder.caseId === caseId && holder.revision === revision) return { ok: true };
    const other = otherHolder(state, caseId);
    if (other !== null && (await isActing(other))) return { ok: false, holder: other };
    if (await gaveBack(service, nextSeq, holder)) return null;
    const taken = await appendTo(parts, lockLog(service), nextSeq, { kind: 'lock_taken', case_id: caseId, revision });
    return taken.ok ? afterTaking(other, service, caseId) : null;
  };

  /** Where the lock was another's and that case began to act while it was being taken over, it is given up again. */
  const afterTaking = async (other: string | null, service: string, caseId: string): Promise<Taken> => {
    if (other === null || !(await isActing(other))) return { ok: true };
    await release(service, caseId, false);
    return { ok: false, holder: other };
  };

  const take: Locks['take'] = async (service, caseId, revision) => {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const taken = await takeOnce(service, caseId, revision);
      if (taken !== null) return taken;
    }
    return { ok: false, holder: 'another case' };
  };

  return { look: async (service) => (await lockOf(service).read()).state, release, take };
}

const otherHolder = ({ holder }: LockState, caseId: string): string | null =>
  holder === null || holder.caseId === caseId ? null : holder.caseId;
