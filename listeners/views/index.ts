import type { App, ViewSubmitAction } from '@slack/bolt';
import { CHOOSE_ACTION_SUBMITTED } from '../../views/choose-action-modal.ts';
import { EDIT_RUNBOOK_SUBMITTED } from '../../views/edit-runbook-modal.ts';
import { OPEN_INCIDENT_SUBMITTED } from '../../views/open-incident-modal.ts';
import { OVERRIDE_SUBMITTED } from '../../views/override-modal.ts';
import type { ListenerParts } from '../parts.ts';
import { chooseActionSubmitted } from './choose-action-submitted.ts';
import { editRunbookSubmitted } from './edit-runbook-submitted.ts';
import { openIncidentSubmitted } from './open-incident-submitted.ts';
import { overrideSubmitted } from './override-submitted.ts';
import type { SubmissionHandler } from './submission.ts';

/** Every form of ours, by its callback id. */
export const FORMS: Readonly<Record<string, (parts: ListenerParts) => SubmissionHandler>> = {
  [OPEN_INCIDENT_SUBMITTED]: openIncidentSubmitted,
  [OVERRIDE_SUBMITTED]: overrideSubmitted,
  [CHOOSE_ACTION_SUBMITTED]: chooseActionSubmitted,
  [EDIT_RUNBOOK_SUBMITTED]: editRunbookSubmitted,
};

export function register(app: App, parts: ListenerParts): void {
  const handlers = new Map(Object.entries(FORMS).map(([id, create]) => [id, create(parts)]));
  app.view<ViewSubmitAction>(/^/, (args) => (handlers.get(args.view.callback_id) ?? oldForm)(args));
}

/** A form of an older version: it closes, and nothing is done. */
const oldForm: SubmissionHandler = ({ ack }) => ack();
