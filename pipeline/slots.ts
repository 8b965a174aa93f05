import type { Entry } from '../contracts/entry.ts';
import { SLOTS_LOG } from '../contracts/entry.ts';
import type { ExecutionLimits } from '../contracts/executors.ts';
import { type Full, fullFor, type Slot } from './blast-radius.ts';
import type { CaseLog, Clock, Ids } from './ports.ts';

export type SlotRequest = {
  service: string;
  caseId: string;
  revision: number;
  /** The first revision of the same plan: where an order of it could not be sent, the place that it took is still there. */
  since: number;
  /** Counted, and never kept waiting: a rollback undoes what was counted before. */
  anyway: boolean;
};

export type Slots = {
  /** Takes a place for an execution that is about to start; all revisions of one plan take one between them. */
  take(request: SlotRequest): Promise<{ ok: true } | ({ ok: false } & Full)>;
};

type Parts = { log: Pick<CaseLog, 'read' | 'append'>; clock: Clock; ids: Pick<Ids, 'entryId'>; limits: ExecutionLimits };

/** Twice the most that any limit can name: older ones can no longer matter. */
const KEPT_MAX = 2_000;
const ROUNDS_MAX = 50;
const MS = 1_000;

/**
 * The places of one window, over all processes: each is an entry of one log, appended by compare-and-set, so two cases
 * can never both take the last one. A place stays taken although its execution came to nothing: that errs towards
 * waiting, and the next revision of the same plan finds it taken for it.
 */
export function createSlots({ log, clock, ids, limits }: Parts): Slots {
  const isUnlimited = limits.executions_max === null && limits.per_service_max === null;
  let known: { slots: readonly Slot[]; nextSeq: number } = { slots: [], nextSeq: 0 };

  const read = async (): Promise<typeof known> => {
    const from = known;
    const entries = await log.read(SLOTS_LOG, from.nextSeq);
    const slots = [...from.slots, ...entries.flatMap(slotIn)].slice(-KEPT_MAX);
    const now = { slots, nextSeq: from.nextSeq + entries.length };
    if (now.nextSeq > known.nextSeq) known = now;
    return now;
  };

  const takeOnce = async ({ service, caseId, revision, since, anyway }: SlotRequest) => {
    const { slots, nextSeq } = await read();
    const nowMs = clock.now();
    const isCounted = ({ atMs }: Slot): boolean => atMs > nowMs - limits.window_s * MS;
    const own = slots.filter((slot) => slot.caseId === caseId && slot.revision >= since);
    if (own.some((slot) => slot.revision === revision || isCounted(slot))) return { ok: true as const };
    const full = anyway ? null : fullFor(service, slots, limits, nowMs);
    if (full !== null) return { ok: false as const, ...full };
    const body = { kind: 'slot_taken' as const, case_id: caseId, revision, service };
    const options = { entryId: ids.entryId(), at: new Date(nowMs).toISOString(), open: false };
    const taken = await log.append(SLOTS_LOG, nextSeq, body, options);
    return taken.ok ? { ok: true as const } : null;
  };

  return {
    async take(request) {
      if (isUnlimited) return { ok: true };
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const taken = await takeOnce(request);
        if (taken !== null) return taken;
      }
      return { ok: false, untilMs: clock.now(), detail: 'too many executions start at this moment' };
    },
  };
}

const slotIn = ({ body, at }: Entry): Slot[] =>
  body.kind === 'slot_taken'
    ? [{ caseId: body.case_id, revision: body.revision, service: body.service, atMs: Date.parse(at) }]
    : [];
