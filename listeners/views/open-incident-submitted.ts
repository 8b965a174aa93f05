import type { OpenIncidentSubmission } from '../../views/open-incident-modal.ts';
import {
  INCIDENT_OTHER_SERVICE_BLOCK,
  INCIDENT_SUMMARY_BLOCK,
  parseOpenIncidentSubmission,
} from '../../views/open-incident-modal.ts';
import { momentOfKey } from '../intake-keys.ts';
import type { Opened } from '../opening.ts';
import { openAnywayFor, openedMessage, openFor } from '../opening.ts';
import type { ListenerParts } from '../parts.ts';
import { readSubmission } from '../payloads.ts';
import { signedMoment } from '../signed-moment.ts';
import type { SubmissionHandler, Submitted } from './submission.ts';
import { answerForm } from './submission.ts';

/** The form of an incident was sent. A service that nothing names is opened for approvers: they typed it on purpose. */
export function openIncidentSubmitted(parts: ListenerParts): SubmissionHandler {
  return async ({ ack, body, context }) => {
    const { by, metadata, values } = readSubmission(body);
    const form = parseOpenIncidentSubmission(values, metadata);
    if (!form.ok) return ack({ response_action: 'errors', errors: form.errors });
    const place = { by, channel: form.channel, threadTs: null };
    await answerForm({ parts, ack, place, block: INCIDENT_SUMMARY_BLOCK }, () =>
      opened(parts, { by, atMs: signedMoment(context) }, form),
    );
  };
}

type Sender = { by: string; atMs: number | null };

async function opened(parts: ListenerParts, { by, atMs }: Sender, form: OpenIncidentSubmission): Promise<Submitted> {
  const { service, severity, summary, symptoms, source, channel, intake_key: intakeKey } = form;
  const request = {
    service,
    severity,
    summary,
    symptoms,
    source,
    channel,
    intakeKey,
    openedBy: by,
    atMs: momentOfKey(intakeKey) ?? atMs,
  };
  const first = await openFor(parts, request);
  const outcome: Opened = isUnknown(first) ? await openAnywayFor(parts, request) : first;
  if (!outcome.ok && isUnknown(first)) {
    return {
      errors: {
        [INCIDENT_OTHER_SERVICE_BLOCK]: `Nothing names a service ${service}; only approvers may open an incident for it.`,
      },
    };
  }
  return { errors: null, text: openedMessage(outcome, request).text, shownElsewhere: false };
}

const isUnknown = (outcome: Opened): boolean => !outcome.ok && outcome.refusal === 'unknown_service';
