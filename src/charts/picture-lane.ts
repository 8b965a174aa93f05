import type { Action } from '../../contracts/catalogue.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Chat, Clock, Telemetry } from '../../pipeline/ports.ts';
import { moved, type StepResult } from '../../pipeline/steps/step.ts';
import { pictureAlt, recoveryPicture } from '../../views/recovery-picture.ts';
import type { Pictures } from '../chat/slack-files.ts';
import type { Log } from '../log.ts';
import type { Lane } from '../worker/lane.ts';
import { type RecoverySeries, recoverySeries } from './recovery-series.ts';

type Parts = {
  cases: Cases;
  chat: Pick<Chat, 'post'>;
  pictures: Pictures;
  telemetry: Pick<Telemetry, 'figures'>;
  actions: ReadonlyMap<string, Action>;
  draw: (series: RecoverySeries) => Promise<Uint8Array>;
  clock: Clock;
  logger: Log;
};

type Due = { revision: number; key: string; threadTs: string; channel: string };
type Tries = { count: number; nextMs: number; fileId: string | null };

const TRIES_MAX = 4;
const RETRY_MS = 3_000;
const KEPT_MAX = 2_000;

/** The picture that a case lacks: its recovery was checked, its card has a thread, and the thread shows none. */
function pictureDue(state: CaseState): Due | null {
  const { execution, recovery, cards } = state;
  if (execution === null || recovery === null) return null;
  const { revision } = execution;
  const card = cards[revision];
  const key = `picture:${revision}`;
  if (!card?.decisionShown || card.threadPosts[key] !== undefined) return null;
  return { revision, key, threadTs: card.ts, channel: card.channel };
}

/**
 * Shows the error rate before and after an action in the case's thread. A convenience beside the words, which say the same:
 * a picture that cannot be had after a few tries is left out, and nothing else waits for it.
 */
export function createPictureLane({ cases, chat, pictures, telemetry, actions, draw, clock, logger }: Parts): Lane {
  const tries = new Map<string, Tries>();
  const nameOf = ({ caseId }: CaseState, { key }: Due): string => `${caseId}:${key}`;
  const triesOf = (state: CaseState, due: Due): Tries => tries.get(nameOf(state, due)) ?? { count: 0, nextMs: 0, fileId: null };
  const keep = (state: CaseState, due: Due, change: Partial<Tries>): void => {
    tries.set(nameOf(state, due), { ...triesOf(state, due), ...change });
    forgetOldest(tries, KEPT_MAX);
  };

  const uploaded = async (state: CaseState, due: Due): Promise<string | null> => {
    const known = triesOf(state, due).fileId;
    const check = actions.get(state.execution?.actionId ?? '')?.recovery;
    if (known !== null || check === undefined || state.recovery === null) return known;
    const series = await recoverySeries(telemetry, state, check);
    if (series === null || series.samples.every(({ rate }) => rate === null)) return null;
    const alt = pictureAlt({ service: series.service, ...state.recovery });
    const fileId = await pictures.upload({ name: `${state.caseId}-recovery.png`, alt, png: await draw(series) });
    // The file is there from here on; a post that Slack refuses because it is not ready yet shows the same file later.
    keep(state, due, { fileId });
    return fileId;
  };

  const show = async (state: CaseState, due: Due): Promise<StepResult> => {
    const { recovery, caseId, incident, seq } = state;
    const fileId = await uploaded(state, due);
    if (fileId === null || recovery === null) {
      keep(state, due, { count: TRIES_MAX });
      return moved(null);
    }
    const { revision, key, channel, threadTs } = due;
    const message = recoveryPicture({ service: incident.service, ...recovery, fileId, seq });
    const mark = { caseId, revision, key, lookFirst: true, sinceMs: Date.parse(state.openedAt) };
    const { ts } = await chat.post({ channel, threadTs, ...message, ...mark });
    const done = await cases.change(caseId, ({ cards }) => ({
      append:
        cards[revision]?.threadPosts[key] === undefined ? { kind: 'thread_posted', revision, key, ts, picture: fileId } : null,
      answer: null,
    }));
    return moved(done?.state ?? null);
  };

  return {
    name: 'picture',
    due(state) {
      const due = pictureDue(state);
      if (due === null) return null;
      const { count, nextMs } = triesOf(state, due);
      return count >= TRIES_MAX ? null : { atMs: nextMs, waits: false };
    },
    async run(state) {
      const due = pictureDue(state);
      if (due === null) return moved(null);
      try {
        return await show(state, due);
      } catch (fault) {
        // Nothing waits for a picture, so its faults end here and not in the worker's endless tries.
        const count = triesOf(state, due).count + 1;
        keep(state, due, { count, nextMs: clock.now() + RETRY_MS * count });
        logger.warn('a recovery picture could not be shown', { case_id: state.caseId, tries: count, problem: problemOf(fault) });
        return moved(null);
      }
    },
  };
}
