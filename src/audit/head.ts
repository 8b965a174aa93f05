import { z } from 'zod';
import { Id, Sha256 } from '../../contracts/words.ts';
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

/** Whatever order the logs come in, the head of the same logs is the same. */
export function headOf(ends: readonly LogEnd[]): AuditHead {
  const logs = ends.map(({ case_id, seq, hash }) => ({ case_id, seq, hash }));
  logs.sort((one, other) => (one.case_id < other.case_id ? -1 : 1));
  return { format: HEAD_FORMAT, logs, hash: hashOf(logs) };
}

/** The last entry of every log, reserved ones included, by id. It proves nothing by itself: `verifyAudit` does. */
export function auditHead(source: AuditSource): Promise<AuditHead> {
  return source.read(async (view) => {
    const ends = new Map<string, LogEnd>();
    for await (const chunk of view.rows()) for (const row of chunk) ends.set(row.case_id, row);
    return headOf([...ends.values()]);
  });
}
