import type { CaseState } from '../../pipeline/case-state.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import { revisionOfThread } from '../../pipeline/reply.ts';
import type { ListenerParts } from '../parts.ts';

export type CardThreads = {
  /** The case under one of whose cards this thread hangs, as it stands now. */
  find(channel: string, threadTs: string): Promise<CaseState | undefined>;
};

const KEPT_MAX = 20_000;
/** Closed cases that are looked through as well, so that a word in their thread is answered and not just ignored. */
const CLOSED_LOOKED_AT = 100;

const placeOf = (channel: string, ts: string): string => `${channel}:${ts}`;

/**
 * Which case a thread belongs to. Cards posted by this process are known at once; those of other processes, or from
 * before a start, are found by looking through the open cases.
 */
export function createCardThreads({ log, cases }: Pick<ListenerParts, 'log' | 'cases'>): CardThreads {
  const caseOf = new Map<string, string>();
  const keep = (place: string, caseId: string): void => {
    caseOf.set(place, caseId);
    forgetOldest(caseOf, KEPT_MAX);
  };

  log.onAppend(({ case_id, body }) => {
    if (body.kind === 'card_posted') keep(placeOf(body.channel, body.ts), case_id);
  });

  const look = async (): Promise<void> => {
    const [open, newest] = await Promise.all([log.openCases(), log.list(CLOSED_LOOKED_AT)]);
    for (const caseId of new Set([...newest.map((head) => head.case_id), ...open])) {
      const state = await cases.load(caseId);
      for (const card of Object.values(state?.cards ?? {})) keep(placeOf(card.channel, card.ts), caseId);
    }
  };

  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  /** A look that is under way may have passed the case already; the next one has not, and serves all who wait for it. */
  const lookAfresh = (): Promise<void> => {
    const begin = (): Promise<void> => {
      waiting = null;
      running = look();
      return running;
    };
    waiting ??= running.then(begin, begin);
    return waiting;
  };

  return {
    async find(channel, threadTs) {
      const place = placeOf(channel, threadTs);
      if (!caseOf.has(place)) await lookAfresh();
      const caseId = caseOf.get(place);
      const state = caseId === undefined ? undefined : await cases.load(caseId);
      return state !== undefined && revisionOfThread(state, channel, threadTs) !== null ? state : undefined;
    },
  };
}
