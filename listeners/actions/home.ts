import { openIncidentModal } from '../../views/open-incident-modal.ts';
import { showForm } from '../forms.ts';
import { publishHome } from '../home.ts';
import type { ListenerParts } from '../parts.ts';
import { readClick } from '../payloads.ts';
import { answerClick } from '../private-answer.ts';
import { resumeAll } from '../switching.ts';
import type { ActionHandler } from './card-button.ts';

/** The App Home's way to the form. */
export function openIncidentHome(parts: ListenerParts): ActionHandler {
  return async ({ ack, body, client }) => {
    const click = readClick(body);
    const opening = { parts, ack, client, triggerId: click.triggerId, place: click };
    await showForm(opening, async () => ({
      view: openIncidentModal(await parts.intake.services(), { channel: null, source: 'modal', intake_key: click.eventKey }),
    }));
  };
}

/** Ends the pause from the App Home, which then shows that it is over. */
export function resumeHome(parts: ListenerParts): ActionHandler {
  return async ({ ack, body, client }) => {
    const click = readClick(body);
    await answerClick(parts, ack, click, async () => {
      const { ok, text } = await resumeAll(parts, { by: click.by, via: 'button', reason: null });
      return { text, shownElsewhere: ok };
    });
    await publishHome(parts, client, click.by);
  };
}
