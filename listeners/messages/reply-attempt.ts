import type { Refusal } from '../../contracts/entry-words.ts';
import type { Attempt } from '../../pipeline/attempt.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentNumber } from '../../pipeline/case-state.ts';
import type { Word } from '../../pipeline/reply.ts';
import { isAfterDecision, readWord, replyKey, revisionOfThread } from '../../pipeline/reply.ts';
import { wireReason } from '../attempts.ts';
import type { Said } from '../payloads.ts';

export type Stated = { said: Said; threadTs: string; user: string; word: Word };

/** The decision a message states, if it is a plain new message of a person in a thread; everything else is ignored. */
export function statedBy(said: Said): Stated | null {
  const { subtype, botId, edited, user, threadTs, ts, text } = said;
  if (subtype !== null || botId !== null || edited || user === null) return null;
  if (threadTs === null || threadTs === ts) return null;
  const word = readWord(text);
  return word === null ? null : { said, threadTs, user, word };
}

export type ReplyAttempt = { attempt: Attempt; refusal: Refusal | null };

/**
 * What the reply attempts in this case, and the refusal that its place and time alone earn. An older card's thread is
 * named by its own revision and digest, so the one rule for all surfaces refuses it.
 */
export function replyAttempt(state: CaseState, { said, threadTs, user, word }: Stated, ownTeam: string): ReplyAttempt | null {
  const revision = revisionOfThread(state, said.channel, threadTs);
  if (revision === null) return null;
  const digest = state.revisions.find((one) => one.revision === revision)?.gated?.digest ?? null;
  const attempt: Attempt = {
    kind: word.kind,
    caseId: state.caseId,
    revision,
    digest,
    by: user,
    via: 'reply',
    eventKey: replyKey(said.channel, said.ts),
    reason: wireReason(word.reason),
  };
  if (said.teams.some((team) => team !== ownTeam)) return { attempt, refusal: 'not_this_team' };
  return { attempt, refusal: revision === currentNumber(state) ? tooEarly(state, revision, said.ts) : null };
}

function tooEarly(state: CaseState, revision: number, ts: string): Refusal | null {
  if (isAfterDecision(state, revision, ts)) return null;
  return state.cards[revision]?.decisionShown ? 'before_the_card' : 'not_shown_yet';
}
