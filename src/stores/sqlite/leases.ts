import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { CaseLog } from '../../../pipeline/ports.ts';
import type { Commits } from './commits.ts';
import { hasEnded, type Owner, thisProcess } from './owner.ts';
import { query } from './rows.ts';

const Lease = z.object({
  holder: z.string(),
  until_ms: z.int(),
  owner_pid: z.int(),
  owner_start: z.string().nullable(),
});
type Lease = z.infer<typeof Lease>;

/**
 * Leases end with the process that took them, so a restart resumes at once. They are not synced: after a power loss
 * their owners are gone too, and a lease only saves work.
 */
export function createLeases(db: DatabaseSync, commits: Commits, now: () => number): Pick<CaseLog, 'lease' | 'unlease'> {
  const find = query(db, 'SELECT holder, until_ms, owner_pid, owner_start FROM leases WHERE case_id = ?', Lease);
  const take = db.prepare('INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?)');
  const end = db.prepare('DELETE FROM leases WHERE case_id = ? AND holder = ?');
  // Not at opening: many who open the store never take a lease.
  let known: Owner | undefined;
  const self = (): Owner => (known ??= thisProcess());
  const isFree = (lease: Lease, holder: string, owner: Owner): boolean =>
    lease.holder === holder ||
    lease.until_ms <= now() ||
    (lease.owner_pid !== owner.pid && hasEnded({ pid: lease.owner_pid, start: lease.owner_start })) ||
    (lease.owner_pid === owner.pid && lease.owner_start !== owner.start);

  return {
    lease: (caseId, holder, ttlMs) =>
      commits.write(
        () => {
          const owner = self();
          const held = find.get(caseId);
          if (held !== undefined && !isFree(held, holder, owner)) return false;
          take.run(caseId, holder, Math.ceil(now() + ttlMs), owner.pid, owner.start);
          return true;
        },
        { durable: false },
      ),
    async unlease(caseId, holder) {
      await commits.write(() => end.run(caseId, holder), { durable: false });
    },
  };
}
