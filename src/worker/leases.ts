import type { CaseLog, Clock } from '../../pipeline/ports.ts';

type Parts = {
  log: CaseLog;
  clock: Clock;
  holder: string;
  leaseMs: number;
  /** Until when this process has had the case without a break; null after one, when another may have worked on it. */
  onLease: (caseId: string, untilMs: number | null) => void;
};

export type Leases = {
  /** True where this process has the case for at least half a lease from now. */
  hold(caseId: string): Promise<boolean>;
  /** Renews the lease for as long as the work takes. */
  during<T>(caseId: string, work: () => Promise<T>): Promise<T>;
  forget(caseId: string): void;
  giveBack(): Promise<void>;
};

/** Leases only keep two processes from doing the same work; what may happen once is guarded by the append. */
export function createLeases({ log, clock, holder, leaseMs, onLease }: Parts): Leases {
  const until = new Map<string, number>();

  const renew = async (caseId: string): Promise<boolean> => {
    const asked = clock.now();
    const got = await log.lease(caseId, holder, leaseMs);
    const before = until.get(caseId);
    const isBroken = !got || (before !== undefined && before < asked);
    onLease(caseId, isBroken ? null : asked + leaseMs);
    if (got) until.set(caseId, asked + leaseMs);
    else until.delete(caseId);
    return got;
  };

  const hold = async (caseId: string): Promise<boolean> => {
    const left = (until.get(caseId) ?? 0) - clock.now();
    return left > leaseMs / 2 ? true : renew(caseId);
  };

  return {
    hold,
    forget(caseId) {
      until.delete(caseId);
      onLease(caseId, null);
    },
    async during(caseId, work) {
      // A renewal that fails is no fault of the work: the next look at the case asks for the lease anew.
      const timer = setInterval(() => renew(caseId).catch(() => until.delete(caseId)), leaseMs / 2);
      try {
        return await work();
      } finally {
        clearInterval(timer);
      }
    },
    async giveBack() {
      const held = [...until.keys()];
      until.clear();
      await Promise.allSettled(held.map((caseId) => log.unlease(caseId, holder)));
    },
  };
}
