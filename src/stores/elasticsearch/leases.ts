import { z } from 'zod';
import { forgetOldest } from '../../../pipeline/forget-oldest.ts';
import type { CaseLog } from '../../../pipeline/ports.ts';
import { type Batches, faultOf, isDone, type Place, type Written } from './batches.ts';
import { isConflict } from './faults.ts';
import type { Gets } from './gets.ts';
import { createInTurn } from './in-turn.ts';

type Parts = { batches: Batches; gets: Gets; index: string; now: () => number };
type Leases = Pick<CaseLog, 'lease' | 'unlease'>;
/** A lease as it stands in the index. */
type Held = { holder: string; untilMs: number; at: Place };

const Document = z.object({ holder: z.string(), until_ms: z.number() });

const KEPT_MAX = 20_000;
const NOT_FOUND = 404;
/** Of two who take at once one has to look again; more rounds than this mean that others keep taking it. */
const ROUNDS_MAX = 3;

/**
 * Leases over a cluster, one document a case. Each write names the state it follows, so that of many who take one lease
 * at once one gets it. A lease only saves work: clocks differ and processes stop, and what may happen once is guarded
 * by the append.
 */
export function createLeases({ batches, gets, index, now }: Parts): Leases {
  const inTurn = createInTurn();
  /** What this process wrote last: renewing it needs no look. */
  const ours = new Map<string, Held>();

  const keep = (caseId: string, held: Held): true => {
    ours.delete(caseId);
    ours.set(caseId, held);
    forgetOldest(ours, KEPT_MAX);
    return true;
  };

  const find = async (caseId: string): Promise<Held | null> => {
    const [got] = await gets.get([{ index, id: caseId }]);
    if (!got) return null;
    const { holder, until_ms } = Document.parse(got.source);
    return { holder, untilMs: until_ms, at: got.at };
  };

  /** True where it is ours now, false where somebody else wrote first. What becomes of a failed write nobody knows. */
  const take = async (caseId: string, holder: string, untilMs: number, before: Held | null): Promise<boolean> => {
    ours.delete(caseId);
    const document = { holder, until_ms: untilMs };
    const written = await batches.writeOne(
      before === null
        ? { action: 'create', index, id: caseId, document }
        : { action: 'index', index, id: caseId, ifAt: before.at, document },
    );
    if (isDone(written) && written.at !== null) return keep(caseId, { holder, untilMs, at: written.at });
    if (isGone(written)) return false;
    throw faultOf('lease', written);
  };

  const isFree = (held: Held | null, holder: string): boolean => held === null || held.holder === holder || held.untilMs <= now();

  const lease = async (caseId: string, holder: string, ttlMs: number): Promise<boolean> => {
    let known = ours.get(caseId) ?? null;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (!isFree(known, holder)) return false;
      if (await take(caseId, holder, Math.ceil(now() + ttlMs), known)) return true;
      known = await find(caseId);
    }
    return false;
  };

  const unlease = async (caseId: string, holder: string): Promise<void> => {
    const held = ours.get(caseId) ?? (await find(caseId));
    if (held === null || held.holder !== holder) return;
    ours.delete(caseId);
    const written = await batches.writeOne({ action: 'delete', index, id: caseId, ifAt: held.at });
    if (!isDone(written) && !isGone(written)) throw faultOf('unlease', written);
  };

  return {
    lease: (caseId, holder, ttlMs) => inTurn(caseId, () => lease(caseId, holder, ttlMs)),
    unlease: (caseId, holder) => inTurn(caseId, () => unlease(caseId, holder)),
  };
}

/** Another process has taken it, or given it back, since it was looked at. */
const isGone = (written: Written): boolean => isConflict(written.status) || written.status === NOT_FOUND;
