import type { CaseState } from '../../pipeline/case-state.ts';
import type { StepResult } from '../../pipeline/steps/step.ts';

/**
 * `atMs` in milliseconds. `waits` is true where the case waits for a time by design, false where work is only paced.
 * `partner` is who is asked, where that is not the same for all work of the lane: work that waits for one who hangs leaves
 * the work for others its slots.
 */
export type LaneDue = { atMs: number; waits: boolean; partner?: string };

/**
 * One kind of work on a case that goes on by itself: the pipeline's steps, the card in Slack, the ticket. Lanes of one
 * case run side by side, because a Slack that is down must not stop a plan from being tested; each lane of a case does
 * one thing at a time.
 */
export type Lane = {
  readonly name: string;
  /** What is due next; null where nothing is. Pure and cheap: asked after every entry. */
  due(state: CaseState): LaneDue | null;
  run(state: CaseState): Promise<StepResult>;
};
