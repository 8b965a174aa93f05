import { z } from 'zod';
import type { LogMap } from '../../../contracts/elasticsearch.ts';
import { LogLine } from '../../../contracts/telemetry.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { SearchAnswer } from '../../stores/elasticsearch/elastic.ts';
import { Status } from './answers.ts';
import type { LogFields } from './fields.ts';
import type { LogRef } from './log-ids.ts';
import type { LogSearch } from './logs.ts';
import { all, ofService } from './queries.ts';

const PATH_CHARS = 2_000;
const TEXT_CHARS = 10_000;

/**
 * The line by its id, if the service's map fits it. A search, because a data stream cannot be asked by id. Ids are
 * unique in one index of a stream only: the oldest line is meant, since a later one must not take a cited one's place.
 */
export const lineSearch = ({ line }: LogRef, map: LogMap, fields: LogFields): LogSearch => ({
  query: all({ ids: { values: [line] } }, ...ofService(map, fields)),
  size: 1,
  track_total_hits: false,
  sort: [{ [fields.at]: 'asc' }],
  _source: ['request', 'response', 'message'],
});

const Source = z.object({ request: z.string(), response: Status, message: z.string().optional() });

/** Null where nothing was found; a line that lacks what every access log has is a fault. */
export function lineOf(id: string, { service }: LogRef, { hits }: SearchAnswer): LogLine | null {
  const [hit] = hits;
  if (hit === undefined) return null;
  const source = Source.safeParse(hit.source);
  const atMs = z.number().safeParse(hit.sort[0]);
  if (!source.success || !atMs.success)
    throw new GovernorError('telemetry_fault', `the log line \`${id}\` has another shape`, { cause: source.error });
  const { request, response, message } = source.data;
  return LogLine.parse({
    id,
    service,
    at: new Date(atMs.data).toISOString(),
    status: response,
    path: request.slice(0, PATH_CHARS),
    text: (message ?? `${response} ${request}`).slice(0, TEXT_CHARS),
  });
}
