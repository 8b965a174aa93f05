import type { Refusal } from '../../contracts/entry-words.ts';
import type { Attempt } from '../../pipeline/attempt.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { NOT_RECORDED } from '../answers.ts';
import type { Told } from '../attempts.ts';
import { attemptOf, decide, refusalAnswer } from '../attempts.ts';
import { durably } from '../durable-ack.ts';
import type { ListenerParts } from '../parts.ts';
import { tellPrivately } from '../private-answer.ts';
import type { Stated } from './reply-attempt.ts';
import { replyAttempt } from './reply-attempt.ts';

/**
 * A word between the first message under the card and the entry that confirms it is answered as too early; by its time it
 * would count at the next reading of the thread, when its author has long been told that it does not.
 */
async function refuse(parts: ListenerParts, state: CaseState, attempt: Attempt, refusal: Refusal): Promise<Told> {
  if (refusal === 'not_shown_yet') await parts.decisions.refuse(attempt, refusal);
  return { ok: false, text: await refusalAnswer(parts, attempt, refusal, state) };
}

/** Records what a reply decides. Who is refused reads why in that thread, alone; what counts is shown by the card. */
export async function takeReply(parts: ListenerParts, state: CaseState, stated: Stated): Promise<void> {
  const found = replyAttempt(state, stated, parts.people.ownTeam());
  if (found === null) return;
  const place = { by: stated.user, channel: stated.said.channel, threadTs: stated.threadTs };
  const attempt = attemptOf(parts, found.attempt);
  const { refusal } = found;
  await durably({
    work: () => (refusal === null ? decide(parts, attempt) : refuse(parts, state, attempt, refusal)),
    async inTime({ ok, text }) {
      if (!ok) await tellPrivately(parts, place, text);
    },
    notRecorded: () => tellPrivately(parts, place, NOT_RECORDED),
    late: ({ text }) => tellPrivately(parts, place, text),
  });
}
