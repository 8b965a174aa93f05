import type { ListenerParts } from '../parts.ts';
import { pauseAll, resumeAll } from '../switching.ts';
import type { Turn } from './turn.ts';
import { answer, textOnly } from './turn.ts';

/** `/incident pause [reason]`: any approver. */
export function pause(parts: ListenerParts, turn: Turn, { reason }: { reason: string | null }): Promise<void> {
  return answer(turn, async () => textOnly(await pauseAll(parts, { by: turn.typed.by, via: 'command', reason })));
}

/** `/incident resume [reason]`: whoever may override. */
export function resume(parts: ListenerParts, turn: Turn, { reason }: { reason: string | null }): Promise<void> {
  return answer(turn, async () => textOnly((await resumeAll(parts, { by: turn.typed.by, via: 'command', reason })).text));
}
