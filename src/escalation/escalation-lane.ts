import type { EntryBody } from '../../contracts/entry.ts';
import type { EscalationChannel, EscalationNotice } from '../../contracts/escalation.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { type EscalationDue, escalationsDue, type Ladder } from '../../pipeline/escalation.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Clock } from '../../pipeline/ports.ts';
import { moved } from '../../pipeline/steps/step.ts';
import type { Log } from '../log.ts';
import { retryAfterOf } from '../worker/backoff.ts';
import type { Lane } from '../worker/lane.ts';
import { isRefusal, type Teller, type Told } from './teller.ts';

type Parts = {
  cases: Cases;
  ladder: Ladder;
  tellers: Readonly<Record<EscalationChannel, Teller | null>>;
  noticeOf: (state: CaseState, due: EscalationDue) => EscalationNotice;
  clock: Clock;
  /** For how long after it was due a target is tried. */
  giveUpMs: number;
  hide: (text: string) => string;
  logger: Log;
};

type Tries = { faults: number; nextMs: number };
type Body = Extract<EntryBody, { kind: 'escalated' }>;
type Outcome = Pick<Body, 'outcome' | 'to' | 'detail'>;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** Tries and outcomes kept in memory; a forgotten one is at worst tried, or told, once more. */
const KEPT_MAX = 5_000;
const PROBLEM_CHARS = 500;

/**
 * Tells people outside of the thread that a case stands still. Every target is tried for itself, so that one which hangs
 * keeps no other waiting; what came of it is an entry, so that no restart tells it again.
 */
export function createEscalationLane({ cases, ladder, tellers, noticeOf, clock, giveUpMs, hide, logger }: Parts): Lane {
  const tries = new Map<string, Tries>();
  /** People who were told while the store took no entry: the next try must not tell them again. */
  const told = new Map<string, Told>();
  const nameOf = ({ caseId }: CaseState, { key }: EscalationDue): string => `${caseId}:${key}`;
  const readyAt = (state: CaseState, due: EscalationDue): number =>
    Math.max(due.atMs, tries.get(nameOf(state, due))?.nextMs ?? 0);

  /** Null where it is to be tried again. */
  const missed = (state: CaseState, due: EscalationDue, fault: unknown): Outcome | null => {
    const problem = hide(problemOf(fault));
    const isOver = isRefusal(fault) || clock.now() >= due.atMs + giveUpMs;
    logger.warn('an escalation did not reach its target', { case_id: state.caseId, to: due.target.name, problem, isOver });
    if (isOver) return failed(due, problem);
    const name = nameOf(state, due);
    const faults = (tries.get(name)?.faults ?? 0) + 1;
    keep(tries, name, { faults, nextMs: clock.now() + (retryAfterOf(fault) ?? waitMs(faults)) });
    return null;
  };

  const tell = async (state: CaseState, due: EscalationDue): Promise<Outcome | null> => {
    const name = nameOf(state, due);
    const teller = tellers[due.target.channel];
    if (teller === null) return failed(due, 'it is not configured');
    try {
      const reached = told.get(name) ?? (await teller(noticeOf(state, due), due));
      keep(told, name, reached);
      return { outcome: 'sent', ...reached };
    } catch (fault) {
      // One target's fault is this target's alone: the lane's other targets are told side by side with it.
      return missed(state, due, fault);
    }
  };

  const escalate = async (state: CaseState, due: EscalationDue): Promise<CaseState | null> => {
    const made = await tell(state, due);
    if (made === null) return null;
    const { reason, revision, key, target } = due;
    const body: Body = { kind: 'escalated', revision, reason, key, channel: target.channel, ...made };
    const done = await cases.change(state.caseId, ({ escalations }) => ({
      append: escalations[key] === undefined ? body : null,
      answer: null,
    }));
    tries.delete(nameOf(state, due));
    told.delete(nameOf(state, due));
    return done?.state ?? null;
  };

  return {
    name: 'escalation',
    due(state) {
      const waiting = escalationsDue(state, ladder).map((due) => ({
        atMs: readyAt(state, due),
        waits: !tries.has(nameOf(state, due)),
      }));
      return waiting.sort((a, b) => a.atMs - b.atMs)[0] ?? null;
    },
    async run(state) {
      const nowMs = clock.now();
      const ready = escalationsDue(state, ladder).filter((due) => readyAt(state, due) <= nowMs);
      const done = await Promise.allSettled(ready.map((due) => escalate(state, due)));
      let latest: CaseState | null = null;
      for (const one of done) {
        if (one.status === 'rejected') throw one.reason;
        if (one.value !== null && one.value.seq > (latest?.seq ?? -1)) latest = one.value;
      }
      return moved(latest);
    },
  };
}

/** A lane for each way to reach people, so that one which hangs takes no other's time, however many cases stand still. */
export function createEscalationLanes(parts: Parts): Lane[] {
  const { reasons, targets } = parts.ladder;
  return [...Map.groupBy(targets, ({ channel }) => channel)].map(([channel, own]) => ({
    ...createEscalationLane({ ...parts, ladder: { reasons, targets: own } }),
    name: `escalation by ${channel}`,
  }));
}

const failed = ({ target }: EscalationDue, problem: string): Outcome => ({
  outcome: 'failed',
  to: target.to,
  detail: problem.slice(0, PROBLEM_CHARS),
});

const waitMs = (faults: number): number => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (faults - 1));

function keep<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
  forgetOldest(map, KEPT_MAX);
}
