import type { App, BlockAction } from '@slack/bolt';
import {
  ACCEPT_RUNBOOK,
  APPROVE,
  CHOOSE_ACTION,
  DISCARD_RUNBOOK,
  EDIT_RUNBOOK,
  HOLD,
  IT_DID_NOT_RUN,
  IT_RAN,
  LOOK_AGAIN,
  OVERRIDE,
  REJECT,
  RELEASE,
  ROLLBACK,
} from '../../views/card/offers.ts';
import { CHOOSE_ACTION_SELECT } from '../../views/choose-action-modal.ts';
import { OPEN_INCIDENT_HOME, RESUME_HOME } from '../../views/home.ts';
import { OPEN_ANYWAY } from '../../views/open-anyway.ts';
import { NOTHING_LISTENS } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { readClick } from '../payloads.ts';
import { answerClick } from '../private-answer.ts';
import type { ActionHandler } from './card-button.ts';
import { actionPicked, chooseAction } from './choose-action.ts';
import { decide } from './decide.ts';
import { editRunbook } from './edit-runbook.ts';
import { openIncidentHome, resumeHome } from './home.ts';
import { openAnyway } from './open-anyway.ts';
import { override } from './override.ts';
import { decideRunbook, lookAgain, rollBack, settle } from './steer.ts';

/** Every button and select of ours, and what it does. */
export const ACTIONS: Readonly<Record<string, (parts: ListenerParts) => ActionHandler>> = {
  [APPROVE]: (parts) => decide(parts, 'approve'),
  [REJECT]: (parts) => decide(parts, 'reject'),
  [HOLD]: (parts) => decide(parts, 'hold'),
  [RELEASE]: (parts) => decide(parts, 'release'),
  [OVERRIDE]: override,
  [CHOOSE_ACTION]: chooseAction,
  [CHOOSE_ACTION_SELECT]: actionPicked,
  [LOOK_AGAIN]: lookAgain,
  [ROLLBACK]: rollBack,
  [IT_RAN]: (parts) => settle(parts, true),
  [IT_DID_NOT_RUN]: (parts) => settle(parts, false),
  [ACCEPT_RUNBOOK]: (parts) => decideRunbook(parts, 'accepted'),
  [DISCARD_RUNBOOK]: (parts) => decideRunbook(parts, 'discarded'),
  [EDIT_RUNBOOK]: editRunbook,
  [OPEN_ANYWAY]: openAnyway,
  [OPEN_INCIDENT_HOME]: openIncidentHome,
  [RESUME_HOME]: resumeHome,
};

/** One listener for all: Bolt asks every listener about every request, which a busy app would pay for with each ack. */
export function register(app: App, parts: ListenerParts): void {
  const handlers = new Map(Object.entries(ACTIONS).map(([id, create]) => [id, create(parts)]));
  app.action<BlockAction>(/^/, (args) => (handlers.get(args.action.action_id) ?? unknownAction(parts))(args));
}

const unknownAction =
  (parts: ListenerParts): ActionHandler =>
  async ({ action, ack, body }) => {
    // Links and inputs tell the app, too, and expect no answer.
    if (action.type !== 'button' || action.url !== undefined) return ack();
    await answerClick(parts, ack, readClick(body), async () => ({ text: NOTHING_LISTENS, shownElsewhere: false }));
  };
