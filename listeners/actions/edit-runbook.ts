import { editRunbookModal } from '../../views/edit-runbook-modal.ts';
import { steeringText } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import type { ActionHandler } from './card-button.ts';
import { formButton } from './card-button.ts';

/** Opens what was learned as a form; it is accepted with the text that comes back. */
export function editRunbook(parts: ListenerParts): ActionHandler {
  return formButton(parts, async ({ click, ref }, { learned }) => {
    if (learned === null || learned.decision !== null) return { why: steeringText('not_offered') };
    const { runbookId, title, text } = learned;
    return { view: editRunbookModal({ runbook_id: runbookId, title, text }, { ref, channel: click.channel ?? click.by }) };
  });
}
