import type { AllMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { FORM_NOT_OPENED } from './answers.ts';
import { durably } from './durable-ack.ts';
import type { ListenerParts } from './parts.ts';
import type { Place } from './private-answer.ts';
import { tellPrivately } from './private-answer.ts';

/** A form to show, or the sentence that says why there is none. */
export type Form = { view: ModalView } | { why: string };

export type Opening = {
  parts: ListenerParts;
  ack: () => Promise<void>;
  client: AllMiddlewareArgs['client'];
  triggerId: string;
  place: Place;
};

/** Opens a form before anything is written: its trigger lives three seconds, so Slack is acked first. */
export function showForm({ client, triggerId, ...opening }: Opening, form: () => Promise<Form>): Promise<void> {
  return show(opening, form, async (view) => {
    await client.views.open({ trigger_id: triggerId, view });
  });
}

/** Shows the next step of a form that is open. */
export function changeForm(
  { client, viewId, ...opening }: Omit<Opening, 'triggerId'> & { viewId: string },
  form: () => Promise<Form>,
): Promise<void> {
  return show(opening, form, async (view) => {
    await client.views.update({ view_id: viewId, view });
  });
}

function show(
  { parts, ack, place }: Pick<Opening, 'parts' | 'ack' | 'place'>,
  form: () => Promise<Form>,
  put: (view: ModalView) => Promise<void>,
): Promise<void> {
  const tellWhy = async (why: string | null): Promise<void> => {
    if (why !== null) await tellPrivately(parts, place, why);
  };
  return durably({
    async work() {
      await ack();
      const made = await form();
      if ('why' in made) return made.why;
      await put(made.view);
      return null;
    },
    inTime: tellWhy,
    notRecorded: () => tellWhy(FORM_NOT_OPENED),
    late: tellWhy,
  });
}
