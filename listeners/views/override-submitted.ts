import { OVERRIDE_REASON_BLOCK, parseOverrideSubmission } from '../../views/override-modal.ts';
import { attemptOf, decide } from '../attempts.ts';
import type { ListenerParts } from '../parts.ts';
import { readSubmission } from '../payloads.ts';
import type { SubmissionHandler } from './submission.ts';
import { answerForm } from './submission.ts';

/** A force override with the case typed and a reason given, about exactly the revision whose card opened the form. */
export function overrideSubmitted(parts: ListenerParts): SubmissionHandler {
  return async ({ ack, body }) => {
    const { by, metadata, values } = readSubmission(body);
    const form = parseOverrideSubmission(values, metadata);
    if (!form.ok) return ack({ response_action: 'errors', errors: form.errors });
    const { channel, event_key, reason } = form;
    const { case_id: caseId, revision, digest } = form.ref;
    const attempt = attemptOf(parts, {
      kind: 'override',
      caseId,
      revision,
      digest,
      by,
      via: 'modal',
      eventKey: `form:${event_key}`,
      reason,
    });
    await answerForm({ parts, ack, place: { by, channel, threadTs: null }, block: OVERRIDE_REASON_BLOCK }, async () => {
      const { ok, text } = await decide(parts, attempt);
      return { errors: null, text, shownElsewhere: ok };
    });
  };
}
