import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Clock, Score, Scores } from '../../pipeline/ports.ts';
import type { ScoresOf } from '../../pipeline/scores.ts';
import { UNKNOWN_SCORES } from '../../pipeline/scores.ts';
import { FIGURES, type FigureOf, type Framework, type Measured } from './frameworks.ts';
import type { PublishedOf } from './published.ts';
import { askService, none } from './score-api.ts';

export type Figures<F extends Framework> = Record<FigureOf<F>, Score>;
/** One framework's figures of a model, each with its source, and where the best of them come from. */
export type Reading<F extends Framework> = {
  figures: Figures<F>;
  source: Score['source'];
  /** When it was measured or published: an instant or a day. Null where nothing is known. */
  as_of: string | null;
  note: string;
};

export type ScoreClients = Scores & {
  ddft(model: string): Promise<Figures<'ddft'>>;
  cdct(model: string): Promise<Figures<'cdct'>>;
  eect(model: string): Promise<Figures<'eect'>>;
  /** The same with source, time and the reason why a service's own figures are not there. Never throws. */
  read<F extends Framework>(framework: F, model: string): Promise<Reading<F>>;
};

type Parts = {
  /** Null where no such service is configured. */
  urls: Readonly<Record<Framework, string | null>>;
  published: PublishedOf;
  clock: Clock;
  timeoutMs?: number;
};

const TIMEOUT_MS = 5_000;
/** A model does not change from one incident to the next; a service that had no answer is asked again sooner. */
const KEPT_MS = 300_000;
const NOTHING_KEPT_MS = 60_000;
const KEPT_MAX = 500;
const MODEL_CHARS_MAX = 300;

type Kept = { asked: Promise<Measured & { at: number }>; untilMs: number };

/**
 * Figures of models: what a service measured, else what was published, else unknown, figure by figure and each saying
 * which. Unknown is never zero, and nothing here waits longer than `timeoutMs`.
 */
export function createScores({ urls, published, clock, timeoutMs = TIMEOUT_MS }: Parts): ScoreClients {
  const kept = new Map<string, Kept>();

  const measuredBy = async (framework: Framework, model: string): Promise<Measured & { at: number }> => {
    const url = urls[framework];
    const given = url === null ? none('no service is configured') : await askService({ framework, url, model, timeoutMs });
    return { ...given, at: clock.now() };
  };
  const measured = async (framework: Framework, model: string): Promise<Measured & { at: number }> => {
    const key = `${framework} ${model}`;
    const known = kept.get(key);
    if (known !== undefined && clock.now() < known.untilMs) return known.asked;
    const fresh: Kept = { asked: measuredBy(framework, model), untilMs: clock.now() + KEPT_MS };
    kept.set(key, fresh);
    forgetOldest(kept, KEPT_MAX);
    const given = await fresh.asked;
    if (given.figures.size === 0) fresh.untilMs = given.at + NOTHING_KEPT_MS;
    return given;
  };

  const read = async <F extends Framework>(framework: F, model: string): Promise<Reading<F>> => {
    const name = model.trim().slice(0, MODEL_CHARS_MAX);
    const given = name === '' ? { ...none('no model is named'), at: clock.now() } : await measured(framework, name);
    return readingOf(framework, given, published(framework, name));
  };

  return {
    read,
    ddft: async (model) => (await read('ddft', model)).figures,
    cdct: async (model) => (await read('cdct', model)).figures,
    eect: async (model) => (await read('eect', model)).figures,
    async profile(model) {
      const [ddft, cdct, eect] = await Promise.all([read('ddft', model), read('cdct', model), read('eect', model)]);
      return {
        ci: ddft.figures.comprehension_integrity,
        uCurve: cdct.figures.u_curve_magnitude,
        ecs: eect.figures.ecs,
      };
    },
  };
}

function readingOf<F extends Framework>(
  framework: F,
  given: Measured & { at: number },
  published: ReturnType<PublishedOf>,
): Reading<F> {
  const names = Object.keys(FIGURES[framework]);
  const figures = Object.fromEntries(names.map((name) => [name, scoreOf(name, given, published)]));
  const sources = new Set(Object.values(figures).map(({ source }) => source));
  const why = given.note === '' ? '' : `${framework.toUpperCase()} service: ${given.note}`;
  const whole = { figures: figures as Figures<F> };
  if (sources.has('measured')) return { ...whole, source: 'measured', as_of: new Date(given.at).toISOString(), note: '' };
  if (sources.has('published') && published !== null)
    return { ...whole, source: 'published', as_of: published.asOf, note: [published.note, why].filter(Boolean).join('; ') };
  return { ...whole, source: 'unknown', as_of: null, note: why };
}

function scoreOf(name: string, given: Measured, published: ReturnType<PublishedOf>): Score {
  const own = given.figures.get(name);
  if (own !== undefined) return { value: own, source: 'measured' };
  const other = published?.figures.get(name);
  return other === undefined ? { value: null, source: 'unknown' } : { value: other, source: 'published' };
}

/**
 * The figures of the model behind a planner. `modelOf` gives its name, and null for a planner without one: whatever an
 * outside agent calls itself is no model of ours.
 */
export const createScoresOf =
  ({ scores, modelOf }: { scores: Scores; modelOf: (planner: string) => string | null }): ScoresOf =>
  async (planner) => {
    const model = modelOf(planner);
    return model === null ? UNKNOWN_SCORES : scores.profile(model);
  };
