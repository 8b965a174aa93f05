import type { OpenCommand } from '../../pipeline/intake/command.ts';
import { openedMessage, openFor } from '../opening.ts';
import type { ListenerParts } from '../parts.ts';
import type { Turn } from './turn.ts';
import { answer } from './turn.ts';

/** `/incident service severity summary` */
export function open(parts: ListenerParts, turn: Turn, { service, severity, summary }: OpenCommand): Promise<void> {
  const { by, channel, eventKey: intakeKey } = turn.typed;
  const request = {
    service,
    severity,
    summary,
    symptoms: [],
    source: 'slash_command' as const,
    openedBy: by,
    channel,
    intakeKey,
    atMs: turn.atMs,
  };
  return answer(turn, async () => openedMessage(await openFor(parts, request), request));
}
