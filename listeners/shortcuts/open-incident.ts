import type { AllMiddlewareArgs, SlackShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import { plainSlackText } from '../../pipeline/intake/slack-text.ts';
import { openIncidentModal } from '../../views/open-incident-modal.ts';
import { showForm } from '../forms.ts';
import { messageKey } from '../intake-keys.ts';
import type { ListenerParts } from '../parts.ts';
import { readShortcut } from '../payloads.ts';

export const OPEN_INCIDENT = 'open_incident';
export const OPEN_INCIDENT_FROM_MESSAGE = 'open_incident_from_message';

type Args = SlackShortcutMiddlewareArgs<SlackShortcut> & AllMiddlewareArgs;

/** Opens the form; from a message, with that message as its summary, so that one alert opens one case whoever acts on it. */
export function openIncident(parts: ListenerParts) {
  return async ({ ack, body, client }: Args): Promise<void> => {
    const { by, triggerId, channel, message } = readShortcut(body);
    const key = channel === null || message === null ? `shortcut:${triggerId}` : messageKey(channel, message.ts);
    const draft = message === null ? {} : { summary: parts.redact(plainSlackText(message.text)) };
    const opening = { parts, ack: () => ack(), client, triggerId, place: { by, channel, threadTs: null } };
    await showForm(opening, async () => ({
      view: openIncidentModal(await parts.intake.services(), { channel, source: 'shortcut', intake_key: key }, draft),
    }));
  };
}
