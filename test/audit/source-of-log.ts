import { rowOf, type SealedRow } from '../../pipeline/chain.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import type { AuditSource, ReadersHead, StoreFault } from '../../src/audit/source.ts';

/** The audit of any log, by its port alone. Each log is read whole; one that cannot be read is a fault of its own. */
export function auditSourceOf(log: Pick<CaseLog, 'heads' | 'read'>): AuditSource {
  return {
    async read(use) {
      const heads = await log.heads();
      const faults: StoreFault[] = [];
      async function* rows(): AsyncGenerator<readonly SealedRow[]> {
        for (const head of heads) {
          try {
            const entries = await log.read(head.case_id);
            // What was appended since the heads were read belongs to the next audit.
            yield entries.slice(0, head.seq + 1).map(rowOf);
          } catch (fault) {
            faults.push({ case_id: head.case_id, fault: 'unreadable', detail: problemOf(fault) });
          }
        }
      }
      async function* ends(): AsyncGenerator<readonly ReadersHead[]> {
        const unread = new Set(faults.map((fault) => fault.case_id));
        const readable = heads.filter((head) => !unread.has(head.case_id));
        yield readable.map(({ case_id, seq }) => ({ case_id, seq, entries: seq + 1 }));
      }
      return use({ rows, heads: ends, ownFaults: async () => faults });
    },
  };
}
