import { TRACED_IDS_MAX } from '../../contracts/tool-call.ts';
import type { Found, Library, Telemetry } from '../../pipeline/ports.ts';
import type { Seen, Traced } from './traced-inside.ts';

/** Who searches, and for which case; null where no case is asked about. */
export type Searcher = { client: string; caseId: string | null };

type Named = { id: string };

/** Only so many are looked at as a line can name: a search may find thousands. */
const counted = (documents: readonly Named[]): Seen => ({
  documentIds: documents.slice(0, TRACED_IDS_MAX).map(({ id }) => id),
  chars: 0,
  found: documents.length,
});
const ranked = (hits: readonly Found<Named>[]): Seen => ({
  documentIds: hits.slice(0, TRACED_IDS_MAX).map(({ document }) => document.id),
  chars: 0,
  found: hits.length,
});
const names = (services: readonly string[]): Seen => ({ documentIds: [], chars: 0, found: services.length });
const first = <T>(list: readonly T[]): readonly T[] => list.slice(0, TRACED_IDS_MAX);

/** A library whose searches leave a line each; what is put, removed or counted passes by unseen. */
export function traceLibrary(traced: Traced, library: Library, { client, caseId }: Searcher): Library {
  const call = (method: string, input: object) => ({ tool: `library.${method}`, client, caseId, input });
  return {
    ...library,
    searchRunbooks: (query, service, limit) =>
      traced(call('search_runbooks', { query, service, limit }), () => library.searchRunbooks(query, service, limit), ranked),
    searchEvidence: (query, service, limit) =>
      traced(call('search_evidence', { query, service, limit }), () => library.searchEvidence(query, service, limit), ranked),
    candidates: (query) => {
      const { service, stance, words } = query;
      const input = { service, stance, words: first(words), words_in_all: words.length };
      return traced(call('candidates', input), () => library.candidates(query), counted);
    },
    policies: (service) => traced(call('policies', { service }), () => library.policies(service), counted),
    get: (ids) => traced(call('get', { ids: first(ids), ids_in_all: ids.length }), () => library.get(ids), counted),
    services: () => traced(call('services', {}), () => library.services(), names),
  };
}

/** Telemetry whose every question leaves a line. Figures name the log lines that they were drawn from. */
export function traceTelemetry(traced: Traced, telemetry: Telemetry, { client, caseId }: Searcher): Telemetry {
  const call = (method: string, input: object) => ({ tool: `telemetry.${method}`, client, caseId, input });
  return {
    figures: (service, window) =>
      traced(
        call('figures', { service, ...window }),
        () => telemetry.figures(service, window),
        (figures) => ({ documentIds: first(figures?.sample_ids ?? []), chars: 0, found: figures === null ? 0 : 1 }),
      ),
    services: () => traced(call('services', {}), () => telemetry.services(), names),
    logLine: (id) =>
      traced(
        call('log_line', { id }),
        () => telemetry.logLine(id),
        (line) => counted(line === null ? [] : [line]),
      ),
  };
}
