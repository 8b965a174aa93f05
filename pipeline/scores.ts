import type { WeighedScores } from '../contracts/findings.ts';
import type { Score } from './ports.ts';

/** A model's figures that the phases read. None of them reaches a rule of the gate. */
export type ModelScores = { ci: Score; ecs: Score; uCurve: Score };
/** By the name under which a plan is recorded; a planner without a model has no figures, and unknown is not zero. */
export type ScoresOf = (planner: string) => Promise<ModelScores>;

const UNKNOWN: Score = { value: null, source: 'unknown' };
export const UNKNOWN_SCORES: ModelScores = { ci: UNKNOWN, ecs: UNKNOWN, uCurve: UNKNOWN };

/** The figures as they are recorded with the stress test, and read again from there: a case is decided on one set of them. */
export const recordedScores = ({ ci, ecs, uCurve }: ModelScores): WeighedScores => ({ ecs, ci, u_curve: uCurve });
export const scoresFrom = (recorded: WeighedScores | undefined): ModelScores =>
  recorded === undefined ? UNKNOWN_SCORES : { ci: recorded.ci, ecs: recorded.ecs, uCurve: recorded.u_curve };
