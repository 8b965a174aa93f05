import { parseEditRunbookSubmission, RUNBOOK_TITLE_BLOCK } from '../../views/edit-runbook-modal.ts';
import { RECORDED, steeringText } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { readSubmission } from '../payloads.ts';
import type { SubmissionHandler } from './submission.ts';
import { answerForm } from './submission.ts';

/** What was learned, accepted with a person's text. */
export function editRunbookSubmitted(parts: ListenerParts): SubmissionHandler {
  return async ({ ack, body }) => {
    const { by, metadata, values } = readSubmission(body);
    const form = parseEditRunbookSubmission(values, metadata);
    if (!form.ok) return ack({ response_action: 'errors', errors: form.errors });
    const text = { title: parts.redact(form.title), body: parts.redact(form.text) };
    await answerForm(
      { parts, ack, place: { by, channel: form.channel, threadTs: null }, block: RUNBOOK_TITLE_BLOCK },
      async () => {
        const edited = await parts.choices.decideRunbook({ ref: form.ref, by, via: 'modal' }, 'edited', text);
        return edited.ok
          ? { errors: null, text: RECORDED, shownElsewhere: true }
          : { errors: null, text: steeringText(edited.refusal), shownElsewhere: false };
      },
    );
  };
}
