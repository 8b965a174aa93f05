import type { Action } from '../../contracts/catalogue.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { chooseActionModal, readChooseActionMetadata } from '../../views/choose-action-modal.ts';
import { steeringText, UNREADABLE } from '../answers.ts';
import { changeForm } from '../forms.ts';
import type { ListenerParts } from '../parts.ts';
import { readClick } from '../payloads.ts';
import type { ActionHandler } from './card-button.ts';
import { formButton } from './card-button.ts';

/** The catalogue's actions that may be used for this case's service. */
export function usableActions({ actions }: Pick<ListenerParts, 'actions'>, { incident }: CaseState): Action[] {
  return [...actions.values()].filter(({ services }) => services === undefined || services.includes(incident.service));
}

/** Opens the catalogue as a form. */
export function chooseAction(parts: ListenerParts): ActionHandler {
  return formButton(parts, async ({ click, ref }, state) => {
    const from = { ref, channel: click.channel ?? click.by, event_key: click.eventKey };
    return { view: chooseActionModal(usableActions(parts, state), state.incident, from) };
  });
}

/** An action was picked in that form: it goes on to the parameters of this action. */
export function actionPicked(parts: ListenerParts): ActionHandler {
  return async ({ ack, body, client }) => {
    const { by, chosen, view } = readClick(body);
    if (view === null) return ack();
    const { action_id: _before, ...from } = readChooseActionMetadata(view.metadata);
    const opening = { parts, ack, client, viewId: view.id, place: { by, channel: from.channel, threadTs: null } };
    await changeForm(opening, async () => {
      const state = await parts.cases.load(from.ref.case_id);
      if (state === undefined) return { why: steeringText('unknown_case') };
      const usable = usableActions(parts, state);
      const action = usable.find(({ id }) => id === chosen);
      return action === undefined ? { why: UNREADABLE } : { view: chooseActionModal(usable, state.incident, from, action) };
    });
  };
}
