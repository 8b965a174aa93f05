import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, isClosed } from '../../pipeline/case-state.ts';
import type { Reply } from '../../pipeline/ports.ts';
import { replyKey } from '../../pipeline/reply.ts';
import type { ListenerParts } from '../parts.ts';
import type { Said } from '../payloads.ts';
import { replyAttempt, statedBy } from './reply-attempt.ts';
import { takeReply } from './take-reply.ts';

export type ReadThread = (state: CaseState) => Promise<void>;

/**
 * Reads the thread of the newest card again and takes, oldest first, every decision that was not seen when it was
 * written: Slack calls its events delivered before anybody has looked at them. Resolves when all of them are recorded
 * or refused, so that nothing need be executed on half of what people said.
 */
export function createReadThread(parts: ListenerParts): ReadThread {
  const take = async (caseId: string, said: Said): Promise<void> => {
    const stated = statedBy(said);
    const state = stated === null ? undefined : await parts.cases.load(caseId);
    if (stated === null || state === undefined) return;
    // What its place or author alone refuse was answered when it came; nobody is told again at each reading.
    const attempted = replyAttempt(state, stated, parts.people.ownTeam());
    if (attempted?.refusal === null) await takeReply(parts, state, stated);
  };

  return async (state) => {
    const card = currentCard(state);
    if (!card?.decisionShown || isClosed(state)) return;
    const replies = await parts.chat.replies(card.channel, card.ts, card.decisionShown.threadTs);
    const unseen = replies.filter(({ ts }) => !state.handled.has(replyKey(card.channel, ts)));
    for (const reply of unseen) await take(state.caseId, saidBy(reply, card));
  };
}

const saidBy = ({ ts, user, text, subtype, botId, edited, teamId }: Reply, card: { channel: string; ts: string }): Said => ({
  channel: card.channel,
  ts,
  threadTs: card.ts,
  user,
  text,
  subtype,
  botId,
  edited,
  teams: teamId === null ? [] : [teamId],
});
