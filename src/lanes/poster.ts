import type { CardState, CaseState } from '../../pipeline/case-state.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Chat } from '../../pipeline/ports.ts';
import type { Message, Rendering, Style } from './rendering.ts';

type Parts = { chat: Chat; render: Rendering; defaultChannel: string; startedMs: number };
/** `threadTs` is null for the card itself. */
export type Place = { state: CaseState; revision: number; key: string; threadTs: string | null };

export type Poster = {
  style: Style;
  post(place: Place, message: Message): Promise<{ channel: string; ts: string }>;
  /** Draws the card of a revision anew. */
  change(state: CaseState, revision: number): Promise<void>;
};

/** Answers after which it is certain that nothing was posted. */
const REFUSED = ['channel_closed', 'invalid_blocks', 'slack_refused', 'rate_limited'] as const;

const isFault = (fault: unknown, code: string): boolean => fault instanceof GovernorError && fault.code === code;

/** Posts each message once, and learns from refusals: which channels are closed to the app, which blocks Slack does not know. */
export function createPoster({ chat, render, defaultChannel, startedMs }: Parts): Poster {
  const style: Style = { classic: false };
  /** Posts whose answer was lost. */
  const uncertain = new Set<string>();
  const closed = new Set<string>();

  const channelOf = ({ state, revision, threadTs }: Place): string => {
    const card = threadTs === null ? undefined : state.cards[revision];
    return card?.channel ?? (closed.has(state.channel) ? defaultChannel : state.channel);
  };

  const learn = (fault: unknown, name: string, channel: string): void => {
    if (REFUSED.some((code) => isFault(fault, code))) uncertain.delete(name);
    if (isFault(fault, 'channel_closed') && channel !== defaultChannel) closed.add(channel);
    if (isFault(fault, 'invalid_blocks')) style.classic = true;
  };

  return {
    style,
    async post(place, message) {
      const { state, revision, key, threadTs } = place;
      const { caseId } = state;
      const name = `${caseId}:${revision}:${key}`;
      const sinceMs = Date.parse(state.openedAt);
      // A case older than this process may have been shown by the one before.
      const lookFirst = sinceMs <= startedMs || uncertain.has(name);
      const channel = channelOf(place);
      uncertain.add(name);
      try {
        const posted = await chat.post({ channel, threadTs, ...message, caseId, revision, key, lookFirst, sinceMs });
        uncertain.delete(name);
        return posted;
      } catch (fault) {
        learn(fault, name, channel);
        throw fault;
      }
    },
    async change(state, revision) {
      const { channel, ts } = cardOf(state, revision);
      try {
        await chat.update({ channel, ts, ...(await render.card(state, revision, style)) });
      } catch (fault) {
        learn(fault, `${state.caseId}:${revision}:card`, channel);
        throw fault;
      }
    },
  };
}

export function cardOf(state: CaseState, revision: number): CardState {
  const card = state.cards[revision];
  if (card === undefined) throw new GovernorError('no_card', `revision ${revision} of case ${state.caseId} has no card`);
  return card;
}
