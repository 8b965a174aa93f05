import type { Stress } from '../contracts/findings.ts';
import type { Score } from './ports.ts';

const PENALTY = 0.9;
const GRAVE_PENALTY = 1.5;
const GRAVE_CONTRADICTIONS = 2;
const FLOOR = 1;
/** An ECS of 10 stands for a confidence of 8. */
const ECS_WORTH = 8 / 10;

export type Weights = {
  stated: number;
  /** The planner's own figure after it was asked again; null where it was not. */
  own: number | null;
  contradictions: number;
  conflict: boolean;
  ecs: Score;
  ci: Score;
};

/** Binary fractions leave dust behind that no reader of a card should see. */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The figures people see about a plan's confidence. No rule of the gate reads them, so no score can loosen a decision. */
export function assessConfidence({ stated, own, contradictions, conflict, ecs, ci }: Weights): Stress['confidence'] {
  const adjusted = ecs.value !== null && ecs.value > 0 ? (stated + ecs.value * ECS_WORTH) / 2 : stated;
  const base = Math.min(adjusted, own ?? adjusted);
  const grave = conflict || contradictions >= GRAVE_CONTRADICTIONS ? GRAVE_PENALTY : 0;
  const post = Math.max(FLOOR, base - PENALTY * contradictions * factorOf(ci) - grave);
  return { stated, adjusted: tidy(adjusted), post_stress: tidy(post) };
}

/** The lower a model's measured CI, the more each contradiction weighs, at 0 twice as much; unknown is not zero. */
const factorOf = (ci: Score): number =>
  ci.value === null || !Number.isFinite(ci.value) ? 1 : 2 - Math.min(1, Math.max(0, ci.value));
