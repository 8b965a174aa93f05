import { tsMs } from '../pipeline/case-id.ts';
import { replyKey } from '../pipeline/reply.ts';

/** One message opens one case, whoever asks for it and however often it is delivered. */
export const messageKey = replyKey;

/** When a key's message was written, in milliseconds; null for keys that name no message. */
export function momentOfKey(intakeKey: string): number | null {
  const ts = /^message:[^:]+:(\d+\.\d+)$/.exec(intakeKey)?.[1];
  return ts === undefined ? null : tsMs(ts);
}
