import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Refusal } from '../../contracts/entry-words.ts';
import type { RevisionRef } from '../../contracts/revision-ref.ts';
import { RevisionRefJson } from '../../contracts/revision-ref.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import { steeringText, UNREADABLE } from '../answers.ts';
import type { Form } from '../forms.ts';
import { showForm } from '../forms.ts';
import type { ListenerParts } from '../parts.ts';
import type { Click } from '../payloads.ts';
import { readClick } from '../payloads.ts';
import type { ClickOutcome } from '../private-answer.ts';
import { answerClick } from '../private-answer.ts';

export type ActionArgs = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;
export type ActionHandler = (args: ActionArgs) => Promise<void>;
export type OnCard = { click: Click; ref: RevisionRef };

/** A button of a card: it carries the identity of what that card showed, and nothing is done about anything else. */
export function cardButton(parts: ListenerParts, work: (onCard: OnCard) => Promise<ClickOutcome>): ActionHandler {
  return async ({ ack, body }) => {
    const click = readClick(body);
    const ref = RevisionRefJson.safeParse(click.value);
    await answerClick(parts, ack, click, async () =>
      ref.success ? work({ click, ref: ref.data }) : { text: UNREADABLE, shownElsewhere: false },
    );
  };
}

/** A button of a card that opens a form about the revision it shows; an old card opens none. */
export function formButton(parts: ListenerParts, form: (onCard: OnCard, state: CaseState) => Promise<Form>): ActionHandler {
  return async ({ ack, body, client }) => {
    const click = readClick(body);
    const ref = RevisionRefJson.safeParse(click.value);
    const opening = { parts, ack, client, triggerId: click.triggerId, place: click };
    await showForm(opening, async () => {
      if (!ref.success) return { why: UNREADABLE };
      const state = await parts.cases.load(ref.data.case_id);
      const stale = staleness(state, ref.data);
      return state === undefined || stale !== null
        ? { why: steeringText(stale ?? 'unknown_case') }
        : form({ click, ref: ref.data }, state);
    });
  };
}

function staleness(state: CaseState | undefined, ref: RevisionRef): Refusal | null {
  const now = state === undefined ? undefined : currentRevision(state);
  if (now === undefined) return 'unknown_case';
  if (now.revision !== ref.revision) return 'superseded';
  return now.gated?.digest === ref.digest ? null : 'plan_changed';
}
