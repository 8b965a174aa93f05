import type { ScoresOf } from '../../pipeline/scores.ts';
import type { Settings } from '../config/settings.ts';
import { loadPublished } from '../scores/published.ts';
import { createScores, createScoresOf, type ScoreClients } from '../scores/scores.ts';
import { systemClock as clock } from './core.ts';

/** Figures of models: for the tools of agents, and for the planner that a configured model stands behind. */
export function scoresOfSettings({ scores: urls, paths, model }: Pick<Settings, 'scores' | 'paths' | 'model'>): {
  scores: ScoreClients;
  scoresOf: ScoresOf;
} {
  const scores = createScores({ urls, published: loadPublished(paths.reliabilityScores), clock });
  const modelOf = (planner: string): string | null => (planner === 'model' ? (model?.name ?? null) : null);
  return { scores, scoresOf: createScoresOf({ scores, modelOf }) };
}
