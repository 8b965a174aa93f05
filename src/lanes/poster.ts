import type { CardState, CaseState } from '../../pipeline/case-state.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Chat } from '../../pipeline/ports.ts';
import type { Message, Rendering, Style } from './rendering.ts';
import type { Tenure } from './tenure.ts';

type Parts = { chat: Chat; render: Rendering; defaultChannel: string; tenure: Pick<Tenure, 'isSole' | 'begin'> };
/** `threadTs` is null for the card itself. */
export type Place = { state: CaseState; revision: number; key: string; threadTs: string | null };

export type Posted = { channel: string; ts: string };

export type Poster = {
  style: Style;
  post(place: Place, message: Message): Promise<Posted>;
  /** Draws the card of a revision anew. */
  change(state: CaseState, revision: number): Promise<void>;
};

/** Answers after which it is certain that nothing was posted. */
const REFUSED = ['channel_closed', 'invalid_blocks', 'slack_refused', 'rate_limited'] as const;

/** A post is recorded within moments of its arrival, so the latest ones are enough. */
const ARRIVED_MAX = 2_000;

const isFault = (fault: unknown, code: string): boolean => fault instanceof GovernorError && fault.code === code;

/** Posts each message once, and learns from refusals: which channels are closed to the app, which blocks Slack does not know. */
export function createPoster({ chat, render, defaultChannel, tenure }: Parts): Poster {
  const style: Style = { classic: false, pictures: true };
  /** Cases whose card Slack refused with its picture; somebody may have deleted the file. */
  const pictureless = new Set<string>();
  /** Posts whose answer was lost. */
  const uncertain = new Set<string>();
  /** Posts that arrived: where the store could not take the entry, the next try must not post again. */
  const arrived = new Map<string, Posted>();
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

  const keep = (name: string, posted: Posted): void => {
    arrived.set(name, posted);
    forgetOldest(arrived, ARRIVED_MAX);
  };

  return {
    style,
    async post(place, message) {
      const { state, revision, key, threadTs } = place;
      const { caseId } = state;
      const name = `${caseId}:${revision}:${key}`;
      const there = arrived.get(name);
      if (there !== undefined) return there;
      const sinceMs = Date.parse(begunAt(place));
      // Another process may have posted it, and been ended before it could say so.
      const lookFirst = !tenure.isSole(caseId) || uncertain.has(name);
      const channel = channelOf(place);
      uncertain.add(name);
      const wasAlone = tenure.begin(caseId);
      try {
        const sent = await chat.post({ channel, threadTs, ...message, caseId, revision, key, lookFirst, sinceMs });
        // Stopped between looking and sending, this process may have posted what another had posted meanwhile.
        const posted = wasAlone() ? sent : await chat.keepFirst({ ...sent, threadTs, caseId, revision, key, sinceMs });
        uncertain.delete(name);
        keep(name, posted);
        return posted;
      } catch (fault) {
        learn(fault, name, channel);
        throw fault;
      }
    },
    async change(state, revision) {
      const { channel, ts, picture } = cardOf(state, revision);
      const { caseId } = state;
      const pictures = picture !== null && !pictureless.has(caseId);
      try {
        await chat.update({ channel, ts, ...(await render.card(state, revision, { ...style, pictures })) });
      } catch (fault) {
        // The words matter more than the picture: it is left out before anything else about the card is doubted.
        if (pictures && isFault(fault, 'invalid_blocks')) pictureless.add(caseId);
        else learn(fault, `${caseId}:${revision}:card`, channel);
        throw fault;
      }
    },
  };
}

/** Before it nothing of this revision can have been posted. The first card comes before there is a plan. */
const begunAt = ({ state, revision }: Place): string =>
  (revision > 1 ? state.revisions.find((one) => one.revision === revision)?.plannedAt : undefined) ?? state.openedAt;

export function cardOf(state: CaseState, revision: number): CardState {
  const card = state.cards[revision];
  if (card === undefined) throw new GovernorError('no_card', `revision ${revision} of case ${state.caseId} has no card`);
  return card;
}
