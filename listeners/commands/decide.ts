import type { DecideCommand } from '../../pipeline/intake/command.ts';
import { attemptOf, decide as record } from '../attempts.ts';
import type { ListenerParts } from '../parts.ts';
import type { Turn } from './turn.ts';
import { answer, textOnly } from './turn.ts';

/** `/incident approve|reject|hold|release|override CASE [reason]`: about the newest revision, as its card shows it. */
export function decide(parts: ListenerParts, turn: Turn, { kind, caseId, reason }: DecideCommand): Promise<void> {
  const { by, eventKey } = turn.typed;
  const attempt = attemptOf(parts, { kind, caseId, reason, by, eventKey, via: 'command', revision: null, digest: null });
  return answer(turn, async () => textOnly((await record(parts, attempt)).text));
}
