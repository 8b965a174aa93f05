import type { Clock } from '../../pipeline/ports.ts';
import type { LaneState, Watched } from './watched.ts';

/**
 * Which cases wait for a time to try again: few of many, so that a change of the switch or of a lock, which may end such
 * a wait, need not look at all that are watched.
 */
export function createWaits(clock: Clock) {
  const waiting = new Set<string>();
  return {
    /** This lane of the case waits until then, in milliseconds; 0 where it does not. */
    until(caseId: string, lane: LaneState, atMs: number): void {
      lane.notBeforeMs = atMs;
      if (atMs > 0) waiting.add(caseId);
    },
    cases: (): string[] => [...waiting],
    forget: (caseId: string): boolean => waiting.delete(caseId),
    /** Ends the waits of all its lanes but those that failed; whether there was one. */
    end(caseId: string, { lanes }: Watched): boolean {
      waiting.delete(caseId);
      const told = [...lanes.values()].filter((lane) => lane.faults === 0 && lane.notBeforeMs > clock.now());
      for (const lane of told) lane.notBeforeMs = 0;
      return told.length > 0;
    },
  };
}
