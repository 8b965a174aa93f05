import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { NOT_RECORDED_FORM } from '../answers.ts';
import { durably } from '../durable-ack.ts';
import type { ListenerParts } from '../parts.ts';
import type { Place } from '../private-answer.ts';
import { tellPrivately } from '../private-answer.ts';

export type SubmissionArgs = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;
export type SubmissionHandler = (args: SubmissionArgs) => Promise<void>;

/** Sentences under the inputs of a form that stays open; or what to tell once it is closed, null where the card shows it. */
export type Submitted = { errors: Record<string, string> } | { errors: null; text: string; shownElsewhere: boolean };

type Form = {
  parts: ListenerParts;
  ack: SubmissionArgs['ack'];
  place: Place /** The input under which a fault is told. */;
  block: string;
};

/** Answers a form: durable first; until it is, the form stays open with everything that was written in it. */
export function answerForm({ parts, ack, place, block }: Form, work: () => Promise<Submitted>): Promise<void> {
  return durably({
    work,
    async inTime(outcome) {
      if (outcome.errors !== null) return ack({ response_action: 'errors', errors: outcome.errors });
      await ack();
      if (!outcome.shownElsewhere) await tellPrivately(parts, place, outcome.text);
    },
    notRecorded: () => ack({ response_action: 'errors', errors: { [block]: NOT_RECORDED_FORM } }),
    late: (outcome) =>
      tellPrivately(parts, place, outcome.errors === null ? outcome.text : Object.values(outcome.errors).join(' ')),
  });
}
