import { parseOpenAnyway } from '../../views/open-anyway.ts';
import { openAnywayFor, openedMessage } from '../opening.ts';
import type { ListenerParts } from '../parts.ts';
import { readClick } from '../payloads.ts';
import { answerClick } from '../private-answer.ts';
import { signedMoment } from '../signed-moment.ts';
import type { ActionHandler } from './card-button.ts';

/** Opens the incident that was refused because nothing names its service. Pressed twice, it opens one case. */
export function openAnyway(parts: ListenerParts): ActionHandler {
  return async ({ ack, body, context }) => {
    const click = readClick(body);
    await answerClick(parts, ack, click, async () => {
      const { service, severity, summary, intake_key: intakeKey } = parseOpenAnyway(click.value ?? '');
      const said = { service, severity, summary, symptoms: [], intakeKey, atMs: signedMoment(context) };
      const request = { ...said, source: 'slash_command' as const, openedBy: click.by, channel: click.channel };
      const { text } = openedMessage(await openAnywayFor(parts, request), request);
      return { text, shownElsewhere: false };
    });
  };
}
