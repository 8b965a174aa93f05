import type { Score } from '../../pipeline/ports.ts';

/** What each framework measured of one model. A framework without a figure says unknown, which is never zero. */
export type DdftScores = { comprehension_integrity: Score; hoc: Score };
export type CdctScores = { u_curve_magnitude: Score; constraint_compliance: Score };
export type EectScores = { ecs: Score; act_rate: Score };

/** Where figures of models come from; a source that cannot answer says unknown or throws, and never makes a figure up. */
export type ScoreSource = {
  ddft(model: string): Promise<DdftScores>;
  cdct(model: string): Promise<CdctScores>;
  eect(model: string): Promise<EectScores>;
};
