import type { DecisionKind } from '../../contracts/entry-words.ts';
import { attemptOf, decide as record } from '../attempts.ts';
import type { ListenerParts } from '../parts.ts';
import type { ActionHandler } from './card-button.ts';
import { cardButton } from './card-button.ts';

/** Approve, reject, hold, release: exactly what the clicked card showed. The card itself follows from the log, never from here. */
export function decide(parts: ListenerParts, kind: Exclude<DecisionKind, 'override'>): ActionHandler {
  return cardButton(parts, async ({ click, ref }) => {
    const { by, eventKey } = click;
    const { case_id: caseId, revision, digest } = ref;
    const { ok, text } = await record(
      parts,
      attemptOf(parts, { kind, caseId, revision, digest, by, eventKey, via: 'button', reason: null }),
    );
    return { text, shownElsewhere: ok };
  });
}
