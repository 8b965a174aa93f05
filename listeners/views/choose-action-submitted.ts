import { CHOOSE_ACTION_BLOCK, parseChooseActionSubmission } from '../../views/choose-action-modal.ts';
import { RECORDED, steeringText } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { readSubmission } from '../payloads.ts';
import type { SubmissionHandler } from './submission.ts';
import { answerForm } from './submission.ts';

/** A person's own action: it becomes a new revision, checked like any other. */
export function chooseActionSubmitted(parts: ListenerParts): SubmissionHandler {
  return async ({ ack, body }) => {
    const { by, metadata, values } = readSubmission(body);
    const form = parseChooseActionSubmission(values, metadata, [...parts.actions.values()]);
    if (!form.ok) return ack({ response_action: 'errors', errors: form.errors });
    const { ref, channel, action_id, parameters } = form;
    await answerForm({ parts, ack, place: { by, channel, threadTs: null }, block: CHOOSE_ACTION_BLOCK }, async () => {
      const chosen = await parts.choices.choose({ ref, by, via: 'modal' }, action_id, parameters);
      return chosen.ok
        ? { errors: null, text: RECORDED, shownElsewhere: true }
        : { errors: null, text: steeringText(chosen.refusal), shownElsewhere: false };
    });
  };
}
