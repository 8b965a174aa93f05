import { afterAll } from 'vitest';
import type { Library } from '../../../pipeline/ports.ts';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { createElasticLibrary } from '../../../src/stores/elasticsearch/library.ts';
import { mappingOf } from '../../../src/stores/elasticsearch/mapping-files.ts';
import { type IndexNames, indexNamesOf } from '../../../src/stores/elasticsearch/names.ts';
import { connectAtHand } from '../../elasticsearch/at-hand.ts';
import { listeningLog } from '../sqlite-stage.ts';

type Mapped = { settings?: Record<string, unknown>; mappings?: Record<string, unknown> };
export type Mappings = { runbooks: Mapped; evidence: Mapped; policies: Mapped };

const OURS: Mappings = { runbooks: mappingOf('runbooks'), evidence: mappingOf('evidence'), policies: mappingOf('policies') };
const kw = { type: 'keyword' };
const text = { type: 'text' };
/** As the seed makes its indices: its own fields, and for what else comes the cluster guesses. */
export const SEED: Mappings = {
  runbooks: { mappings: { properties: { id: kw, service: kw, title: text, recommended_action: kw, body: text } } },
  evidence: { mappings: { properties: { id: kw, service: kw, stance: kw, text } } },
  policies: { mappings: { properties: { id: kw, service: kw, blocked_actions: kw, severities: kw, rule: text } } },
};

export type LibraryStand = {
  library: Library;
  /** Another process's view of the same indices. */
  second: Library;
  elastic: Elastic;
  names: IndexNames;
  said: string[];
  setNow(ms: number): void;
  close(): Promise<void>;
};

let stands = 0;

/** A library over new indices of its own. */
export async function openStand(prefix: string, mappings: Mappings = OURS): Promise<LibraryStand> {
  stands += 1;
  const names = indexNamesOf({ prefix: `${prefix}${stands}-`, indices: {} });
  const elastic = await connectAtHand();
  for (const role of ['runbooks', 'evidence', 'policies'] as const) {
    const { settings = {}, mappings: fields = {} } = mappings[role];
    // One copy: what a second one would do is for the tests of whole clusters.
    const body = { settings: { number_of_replicas: 0, ...settings }, mappings: fields };
    await elastic.ask('make', (to) => to.transport.request({ method: 'PUT', path: `/${names[role]}`, body }));
  }
  const indices = [names.runbooks, names.evidence, names.policies];
  return {
    ...standOver(elastic, names),
    async close() {
      await elastic.ask('drop', (to) => to.indices.delete({ index: indices, ignore_unavailable: true }));
      await elastic.close();
    },
  };
}

/** Stands one after the other over the same indices, emptied each time: making indices is most of the work of a short test. */
export function standsInTurn(prefix: string, mappings?: Mappings): () => Promise<LibraryStand> {
  let made: Promise<LibraryStand> | undefined;
  afterAll(async () => (await made)?.close());
  return async () => {
    const known = made !== undefined;
    made ??= openStand(prefix, mappings);
    const { elastic, names } = await made;
    if (known) await empty(elastic, [names.runbooks, names.evidence, names.policies]);
    return { ...standOver(elastic, names), close: async () => undefined };
  };
}

async function empty(elastic: Elastic, index: string[]): Promise<void> {
  await elastic.ask('refresh', (to) => to.indices.refresh({ index }));
  await elastic.ask('empty', (to) => to.deleteByQuery({ index, query: { match_all: {} }, refresh: true }));
}

function standOver(elastic: Elastic, names: IndexNames): Omit<LibraryStand, 'close'> {
  let now = 0;
  const log = listeningLog();
  const open = (): Library => createElasticLibrary({ elastic, names, now: () => now, log });
  return {
    library: open(),
    second: open(),
    elastic,
    names,
    said: log.said,
    setNow: (ms) => {
      now = ms;
    },
  };
}
