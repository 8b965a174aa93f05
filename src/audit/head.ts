import { z } from 'zod';
import { Id, Sha256 } from '../../contracts/words.ts';
import type { SealedRow } from '../../pipeline/chain.ts';
import { hashOf } from '../../pipeline/hash.ts';
import type { AuditSource } from './source.ts';

export const HEAD_FORMAT = 1;

/** The end of every log at one moment. Kept outside, it proves later that nothing before it was cut, swapped or removed. */
export const AuditHead = z.strictObject({
  format: z.literal(HEAD_FORMAT),
  logs: z.array(z.strictObject({ case_id: Id, seq: z.int().min(0), hash: Sha256 })),
  /** SHA-256 over the canonical JSON of `logs`. */
  hash: Sha256,
});
export type AuditHead = z.infer<typeof AuditHead>;
export type LogEnd = AuditHead['logs'][number];

export const headOf = (logs: readonly LogEnd[]): AuditHead => ({ format: HEAD_FORMAT, logs: [...logs], hash: hashOf(logs) });

export const endOf = (row: SealedRow): LogEnd => ({ case_id: row.case_id, seq: row.seq, hash: row.hash });

/** The last entry of every log, reserved ones included, by id. It proves nothing by itself: `verifyAudit` does. */
export function auditHead(source: AuditSource): Promise<AuditHead> {
  return source.read(async (view) => {
    const ends = new Map<string, LogEnd>();
    for await (const chunk of view.rows()) for (const row of chunk) ends.set(row.case_id, endOf(row));
    return headOf([...ends.values()]);
  });
}
