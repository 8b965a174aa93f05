import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Order } from '../../../pipeline/ports.ts';
import { contentOf } from '../answers.ts';
import type { ClusterObject } from './objects.ts';

/** Where an object itself says which orders have changed it: written in the same patch as the change, so both happen or neither. */
export const ANNOTATION = 'safety-governor/executions';
const KEPT_MAX = 20;

const Recorded = z.strictObject({ key: z.string(), order: z.string(), at: z.iso.datetime(), detail: z.string() });
export type Recorded = z.infer<typeof Recorded>;
const Records = z.array(Recorded);

/** Orders that changed this object, oldest first. Null where somebody else has written there what cannot be read. */
export function recordsOf({ metadata }: ClusterObject): Recorded[] | null {
  const text = metadata.annotations?.[ANNOTATION];
  if (text === undefined) return [];
  try {
    const parsed = Records.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON, so nobody can tell from it what happened.
    return null;
  }
}

/** The annotation's next value. Old records make room: a key is only asked for while its case is open. */
export const withRecord = (records: readonly Recorded[], added: Recorded): string =>
  JSON.stringify([...records, added].slice(-KEPT_MAX));

const HASH_CHARS = 16;

/** Tells a repeat from another order under the same key. */
export function orderHash(order: Order): string {
  const { key, caseId, service, actionId, target, parameters } = contentOf(order);
  const sorted = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([key, caseId, service, actionId, target, sorted]);
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS);
}
