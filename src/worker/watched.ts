import type { EntryKind } from '../../contracts/entry.ts';

/**
 * `notBeforeMs` is when the lane wanted to look again, which it said of a state that may be over: `overtaken` where
 * something was appended while it ran. `elsewhere`: another process has the case, and its entries change nothing here.
 */
export type LaneState = { running: boolean; faults: number; notBeforeMs: number; overtaken: boolean; elsewhere: boolean };
/** `unsettled`: something of this case is still to be done without anybody's help: paced, or failed and tried again. */
export type Watched = {
  looking: boolean;
  lookAgain: boolean;
  /** Something may have come that this process does not know: the next look asks the log. */
  ask: boolean;
  unsettled: boolean;
  timer: NodeJS.Timeout | null;
  lanes: Map<string, LaneState>;
};

/** What the lanes themselves write about waiting and showing: it ends no wait of theirs. */
export const ENDS_NO_WAIT: ReadonlySet<EntryKind> = new Set([
  'waiting',
  'step_failed',
  'card_posted',
  'card_updated',
  'card_superseded',
  'thread_posted',
  'reminded',
  'escalated',
  'ticket_opened',
  'ticket_commented',
  'ticket_failed',
]);

export const busy = (one: Watched): boolean => [...one.lanes.values()].some((lane) => lane.running);

export function laneOf(one: Watched, name: string): LaneState {
  const known = one.lanes.get(name) ?? { running: false, faults: 0, notBeforeMs: 0, overtaken: false, elsewhere: false };
  one.lanes.set(name, known);
  return known;
}

/** A case that nobody has looked at yet. */
export const unwatched = (): Watched => ({
  looking: false,
  lookAgain: false,
  ask: false,
  unsettled: false,
  timer: null,
  lanes: new Map(),
});
