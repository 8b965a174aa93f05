import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Runbook } from '../../contracts/documents.ts';
import { loadCatalogue } from '../../src/config/catalogue-file.ts';
import { readFolder } from '../../src/library-files/markdown-folder.ts';
import { connectElastic, type Elastic } from '../../src/stores/elasticsearch/elastic.ts';
import { createElasticLibrary } from '../../src/stores/elasticsearch/library.ts';
import { type MappingFile, mappingOf } from '../../src/stores/elasticsearch/mapping-files.ts';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import type { StoreLog } from '../../src/stores/store-log.ts';
import { withFolder } from './figures.ts';

/** Runbooks and alert rules that other teams published; they lie beside the project, not in it. */
export const REAL_DATA = fileURLToPath(new URL('../../../shared/real-data', import.meta.url));
const CATALOGUE = fileURLToPath(new URL('../../data/catalogue.json', import.meta.url));
const LIMIT = 5;

/** One question and the name of the runbook that answers it, in lower case. */
type Question = { text: string; right: string };
type Hits = { at_1: number; at_5: number };
/** `cluster` is our library in Elasticsearch, where an address was given. */
export type SetResult = { id: 'D1'; set: string; questions: number; ours: Hits; plain: Hits; cluster?: Hits };
/** Names of runbooks, best first. */
type Search = (text: string) => Promise<string[]> | string[];

const Rule = z.object({
  source: z.string(),
  alert: z.string(),
  annotations: z.object({
    summary: z.string().default(''),
    description: z.string().default(''),
    runbook_url: z.string().default(''),
  }),
});

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();
const spelledOut = (name: string): string => name.replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ');
/** Prometheus fills these in before anybody reads the text. */
const filledIn = (text: string): string => text.replace(/\{\{[^}]*\}\}/g, ' ');

function alertQuestions(folder: string, known: ReadonlySet<string>): Record<string, Question[]> {
  const lines = readFileSync(join(folder, 'alerts', 'alert-rules.jsonl'), 'utf8').split('\n');
  const rules = lines.filter((line) => line !== '').map((line) => Rule.parse(JSON.parse(line)));
  const asked = rules
    .filter(({ source, annotations }) => source === 'kube-prometheus' && known.has(lastPart(annotations.runbook_url)))
    .map(({ alert, annotations: { summary, description, runbook_url } }) => ({
      alert,
      summary: filledIn(summary),
      description: filledIn(description),
      right: lastPart(runbook_url),
    }));
  type Asked = (typeof asked)[number];
  const set = (textOf: (one: Asked) => string): Question[] => asked.map((one) => ({ text: textOf(one), right: one.right }));
  return {
    'kube-prometheus: name and summary': set(({ alert, summary }) => `${alert} ${summary}`),
    'kube-prometheus: name, summary, description': set((one) => `${one.alert} ${one.summary} ${one.description}`),
    'kube-prometheus: name': set(({ alert }) => alert),
    'kube-prometheus: name in words': set(({ alert }) => spelledOut(alert)),
    'kube-prometheus: summary': set(({ summary }) => summary),
    'kube-prometheus: description': set(({ description }) => description),
  };
}

function nameQuestions(runbooks: readonly Runbook[]): Record<string, Question[]> {
  const names = runbooks.map(({ source = '' }) => source.slice(source.lastIndexOf('/') + 1).replace(/\.md$/, ''));
  const set = (textOf: (name: string) => string): Question[] =>
    names.map((name) => ({ text: textOf(name), right: name.toLowerCase() }));
  return { 'openshift: name': set((name) => name), 'openshift: name in words': set(spelledOut) };
}

/** The same documents in one column of FTS5 with its own tokenizer, any of the words, ranked by its bm25. */
function plainSearch(runbooks: readonly Runbook[]): Search {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE VIRTUAL TABLE plain USING fts5(body)');
  const insert = db.prepare('INSERT INTO plain(rowid, body) VALUES (?, ?)');
  for (const [at, { id, source, title, body }] of runbooks.entries()) insert.run(at + 1, `${id} ${source}\n${title}\n${body}`);
  const ranked = db.prepare('SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?');
  return (text) => {
    const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    const found = ranked.all(words.map((word) => `"${word}"`).join(' OR '), LIMIT);
    return found.map(({ rowid }) => lastPart(runbooks[Number(rowid) - 1]?.id ?? ''));
  };
}

async function hitsOf(questions: readonly Question[], search: Search): Promise<Hits> {
  const hits: Hits = { at_1: 0, at_5: 0 };
  for (const { text, right } of questions) {
    const place = (await search(text)).indexOf(right);
    if (place === 0) hits.at_1 += 1;
    if (place >= 0) hits.at_5 += 1;
  }
  return hits;
}

type Connect = () => Promise<Elastic>;

/** The same library in a cluster, in indices of its own that go at the end. */
async function withCluster<T>(
  connect: Connect | null,
  runbooks: readonly Runbook[],
  work: (search: Search | null) => Promise<T>,
) {
  if (connect === null) return work(null);
  const elastic = await connect();
  const names = indexNamesOf({ prefix: `bench-${process.pid}-`, indices: {} });
  const roles = ['runbooks', 'evidence', 'policies'] as const;
  try {
    for (const role of roles) await createIndex(elastic, names[role], mappingOf(role));
    const library = createElasticLibrary({ elastic, names, now: Date.now, log: quiet });
    await library.put(runbooks);
    return await work(async (text) =>
      (await library.searchRunbooks(text, '*', LIMIT)).map(({ document }) => lastPart(document.id)),
    );
  } finally {
    const index = roles.map((role) => names[role]);
    await elastic.ask('end of bench', (client) => client.indices.delete({ index, ignore_unavailable: true }));
    await elastic.close();
  }
}

const createIndex = (elastic: Elastic, index: string, body: MappingFile): Promise<unknown> =>
  elastic.ask('begin of bench', (client) => client.transport.request({ method: 'PUT', path: `/${index}`, body }));

const quiet: StoreLog = { warn: () => undefined, error: () => undefined };

/** How often the right runbook comes first, and among the first five: our library's search beside plain BM25. */
export async function measureRetrieval(folder = REAL_DATA, connect: Connect | null = null): Promise<SetResult[]> {
  const catalogue = loadCatalogue(CATALOGUE);
  const read = (name: string): Runbook[] => readFolder({ dir: join(folder, 'runbooks', name), service: '*', catalogue }).runbooks;
  const [operator, openshift] = [read('prometheus-operator'), read('openshift')];
  const runbooks = [...operator, ...openshift];
  const known = new Set(operator.map(({ id }) => lastPart(id)));
  const sets = { ...alertQuestions(folder, known), ...nameQuestions(openshift) };
  const measure = async (home: string, cluster: Search | null): Promise<SetResult[]> => {
    const store = await openSqliteStore({ file: join(home, 'library.db'), now: Date.now, log: quiet });
    await store.library.put(runbooks);
    const ours: Search = async (text) =>
      (await store.library.searchRunbooks(text, '*', LIMIT)).map(({ document }) => lastPart(document.id));
    const plain = plainSearch(runbooks);
    const results: SetResult[] = [];
    for (const [set, questions] of Object.entries(sets)) {
      const embedded = { ours: await hitsOf(questions, ours), plain: await hitsOf(questions, plain) };
      const sides = cluster === null ? embedded : { ...embedded, cluster: await hitsOf(questions, cluster) };
      results.push({ id: 'D1', set, questions: questions.length, ...sides });
    }
    await store.close();
    return results;
  };
  return withFolder((home) => withCluster(connect, runbooks, (cluster) => measure(home, cluster)));
}

const share = ({ at_1, at_5 }: Hits, of: number) => ({
  hit_at_1: Number((at_1 / of).toFixed(3)),
  hit_at_5: Number((at_5 / of).toFixed(3)),
});

async function main(clusterUrl: string | null): Promise<void> {
  const connect = clusterUrl === null ? null : () => connectElastic({ url: clusterUrl, apiKey: null, timeoutMs: 30_000 });
  const results = await measureRetrieval(REAL_DATA, connect);
  const sum = (side: 'ours' | 'plain' | 'cluster'): Hits => ({
    at_1: results.reduce((total, result) => total + (result[side]?.at_1 ?? 0), 0),
    at_5: results.reduce((total, result) => total + (result[side]?.at_5 ?? 0), 0),
  });
  const questions = results.reduce((total, result) => total + result.questions, 0);
  const all = {
    id: 'D1' as const,
    set: 'all of them',
    questions,
    ours: sum('ours'),
    plain: sum('plain'),
    cluster: sum('cluster'),
  };
  for (const { id, set, questions: asked, ours, plain, cluster } of [...results, all]) {
    const line = { id, set, questions: asked, ours: share(ours, asked), plain_bm25: share(plain, asked) };
    const more = clusterUrl === null || cluster === undefined ? {} : { elasticsearch: share(cluster, asked) };
    process.stdout.write(`${JSON.stringify({ ...line, ...more })}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv[2] ?? null);
