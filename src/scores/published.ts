import { ReliabilityScores } from '../../contracts/reliability-scores.ts';
import { readJson } from '../config/json-file.ts';
import { refuseFor } from '../config/problems.ts';
import type { Framework } from './frameworks.ts';

export type Published = {
  figures: ReadonlyMap<string, number>;
  /** The day on which the figures were read at their source. */
  asOf: string;
  note: string;
};
export type PublishedOf = (framework: Framework, model: string) => Published | null;

const FILE_BYTES_MAX = 1_048_576;

/** The shipped table. Throws GovernorError `scores_refused` with file, key and reason. */
export function loadPublished(file: string): PublishedOf {
  const read = readJson(file, ReliabilityScores, FILE_BYTES_MAX);
  if (!read.ok) return refuseFor('scores_refused', 'the published figures are refused, nothing was started:', read.problems);
  return publishedOf(read.value);
}

/** Looks a model up by its name, however its punctuation is written and whichever provider it is named under. */
export function publishedOf({ models, sources }: ReliabilityScores): PublishedOf {
  const byName = new Map(models.map((row) => [plainName(row.model), row]));
  return (framework, model) => {
    const row = byName.get(plainName(model))?.[framework];
    if (row === undefined) return null;
    const { title, read_on } = sources[framework];
    const figures = new Map(Object.entries(row).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
    const doubt = 'disputed' in row ? '; its publications contradict one another' : '';
    return { figures, asOf: read_on, note: `published for the ${title}${doubt}` };
  };
}

/** `anthropic/Claude-Sonnet-4.6` and `claude-sonnet-4-6` are one model. */
const plainName = (name: string): string => (name.split('/').at(-1) ?? name).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
