import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { GENESIS } from '../../pipeline/chain.ts';
import { createSummaries, createWords, madeUpLibrary, serviceOf } from './library.ts';

const POLICIES = 200;
const ACTIONS = ['restart_pods', 'scale_worker_pool', 'drop_cache', 'failover_db'];
const SEVERITIES = ['low', 'medium', 'high', 'critical'];

const SCHEMA = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE incidents (id INTEGER PRIMARY KEY, service TEXT, severity TEXT, status TEXT, summary TEXT);
  CREATE INDEX open_incidents ON incidents (status) WHERE status <> 'done';
  CREATE TABLE steps (incident INTEGER, step INTEGER, result TEXT, PRIMARY KEY (incident, step)) WITHOUT ROWID;
  CREATE TABLE trail (place INTEGER PRIMARY KEY, prev TEXT, hash TEXT, body TEXT);
  CREATE TABLE policies (id TEXT PRIMARY KEY, service TEXT, action TEXT);
  CREATE INDEX policies_of ON policies (service, action);
  CREATE VIRTUAL TABLE runbooks USING fts5(service, title, body);
  CREATE VIRTUAL TABLE evidence USING fts5(service, stance UNINDEXED, body);
`;

const Plan = z.strictObject({
  action: z.string(),
  claims: z.array(z.string()).min(1),
  confidence: z.number().min(0).max(10),
  documents: z.array(z.number()),
});
const Stress = z.strictObject({
  claims: z.array(z.strictObject({ claim: z.string(), supports: z.array(z.number()), contradicts: z.array(z.number()) })),
  conflicts: z.array(z.string()),
});
const Found = z.object({ rowid: z.number(), stance: z.string().optional() });

type Commit = (write: () => void) => Promise<void>;

function fill(db: DatabaseSync, documents: number): void {
  const runbook = db.prepare('INSERT INTO runbooks(service, title, body) VALUES (?, ?, ?)');
  const evidence = db.prepare('INSERT INTO evidence(service, stance, body) VALUES (?, ?, ?)');
  const put = (document: LibraryDocument): void => {
    if (document.kind === 'runbook') runbook.run(document.service, document.title, document.body);
    if (document.kind === 'evidence') evidence.run(document.service, document.stance, document.text);
  };
  db.exec('BEGIN');
  for (const document of madeUpLibrary(documents, 'scale_worker_pool')) put(document);
  const policy = db.prepare('INSERT INTO policies VALUES (?, ?, ?)');
  for (let at = 0; at < POLICIES; at += 1) policy.run(`pol-${at}`, serviceOf(at), ACTIONS[at % ACTIONS.length] ?? '');
  db.exec('COMMIT');
}

/** Any of the words, within one service. */
const query = (service: string, text: string): string =>
  `service : "${service}" AND (${text
    .split(' ')
    .map((word) => `"${word}"`)
    .join(' OR ')})`;

/**
 * The least a whole case can cost with everything embedded: four searches within its service, a policy look-up, its
 * answers parsed, four rules, a card as JSON, and six results stored durably, each with an entry of a hash chain. No
 * redaction, no ports, no leases, no state folded again: what a governor adds to this is the price of being one.
 */
export function openFloor(folder: string, documents: number) {
  const db = new DatabaseSync(join(folder, 'floor.db'));
  db.exec(SCHEMA);
  fill(db, documents);
  const words = createWords(29);
  const summaryOf = createSummaries(documents);
  const searches = {
    runbooks: db.prepare('SELECT rowid FROM runbooks WHERE runbooks MATCH ? ORDER BY rank LIMIT 3'),
    evidence: db.prepare('SELECT rowid, stance FROM evidence WHERE evidence MATCH ? ORDER BY rank LIMIT 5'),
    policies: db.prepare('SELECT id FROM policies WHERE service = ? AND action = ?'),
  };
  const open = db.prepare("INSERT INTO incidents VALUES (?, ?, ?, 'new', ?)");
  const settle = db.prepare('UPDATE incidents SET status = ? WHERE id = ?');
  const step = db.prepare('INSERT INTO steps VALUES (?, ?, ?)');
  const trail = db.prepare('INSERT INTO trail(prev, hash, body) VALUES (?, ?, ?)');
  let prev = GENESIS;

  const record = (id: number, number: number, result: object): void => {
    const text = JSON.stringify(result);
    if (number > 0) step.run(id, number, text);
    const body = JSON.stringify({ incident: id, number, at: '2026-01-01T00:00:00.000Z', result });
    const hash = createHash('sha256').update(prev).update(body).digest('hex');
    trail.run(prev, hash, body);
    prev = hash;
  };

  const stressed = (service: string, plan: z.infer<typeof Plan>) =>
    Stress.parse({
      claims: plan.claims.map((claim) => {
        const found = z.array(Found).parse(searches.evidence.all(query(service, claim)));
        const of = (stance: string): number[] => found.filter((one) => one.stance === stance).map(({ rowid }) => rowid);
        return { claim, supports: of('support'), contradicts: of('contradict') };
      }),
      conflicts: searches.policies.all(service, plan.action).map(({ id }) => String(id)),
    });

  const runOne = async (id: number, commit: Commit): Promise<void> => {
    const service = serviceOf(id);
    const severity = SEVERITIES[id % SEVERITIES.length] ?? '';
    const summary = summaryOf(id);
    await commit(() => {
      open.run(id, service, severity, summary);
      record(id, 0, { service, severity, summary });
    });
    const found = z.array(Found).parse(searches.runbooks.all(query(service, summary)));
    const claims = [words(3), words(3), words(3)];
    const plan = Plan.parse({ action: ACTIONS[id % 3], claims, confidence: 7, documents: found.map(({ rowid }) => rowid) });
    await commit(() => record(id, 1, plan));
    const stress = stressed(service, plan);
    await commit(() => record(id, 2, stress));
    const gate = gateOf(stress, severity);
    await commit(() => record(id, 3, { mode: severity === 'high' || gate.reasons.length > 0 ? 'full' : 'compressed' }));
    await commit(() => record(id, 4, gate));
    await commit(() => {
      record(id, 5, { card: cardOf(id, service, severity, plan.action, gate) });
      settle.run(gate.reasons.length > 0 ? 'waiting' : 'done', id);
    });
  };

  const now: Commit = async (write) => {
    db.exec('BEGIN IMMEDIATE');
    write();
    db.exec('COMMIT');
  };
  const together = createTogether(db);
  return {
    oneByOne: (id: number): Promise<void> => runOne(id, now),
    grouped: (id: number): Promise<void> => runOne(id, together),
    close: (): void => db.close(),
  };
}

/** What is written in one turn of the event loop shares one commit. */
function createTogether(db: DatabaseSync): Commit {
  let waiting: { write: () => void; done: () => void }[] = [];
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    db.exec('BEGIN IMMEDIATE');
    for (const { write } of all) write();
    db.exec('COMMIT');
    for (const { done } of all) done();
  };
  return (write) =>
    new Promise((done) => {
      waiting.push({ write, done });
      if (waiting.length === 1) setImmediate(flush);
    });
}

function gateOf({ claims, conflicts }: z.infer<typeof Stress>, severity: string): { decision: string; reasons: string[] } {
  const contradictions = claims.filter((claim) => claim.contradicts.length > claim.supports.length).length;
  const supports = claims.reduce((sum, claim) => sum + claim.supports.length, 0);
  const covered = claims.filter((claim) => claim.supports.length + claim.contradicts.length > 0).length / claims.length;
  const reasons: string[] = [];
  if (conflicts.length > 0) reasons.push('policy_conflict');
  if (contradictions >= 2) reasons.push('contradictions');
  if (covered < 0.34 && supports === 0) reasons.push('unsupported');
  if (severity === 'critical') reasons.push('critical_severity');
  return { decision: reasons.length > 0 ? 'block' : 'execute', reasons };
}

function cardOf(
  id: number,
  service: string,
  severity: string,
  action: string,
  gate: { decision: string; reasons: string[] },
): string {
  const text = (value: string) => ({ type: 'mrkdwn', text: value });
  const button = (name: string) => ({
    type: 'button',
    action_id: name,
    text: { type: 'plain_text', text: name },
    value: String(id),
  });
  return JSON.stringify([
    { type: 'header', text: { type: 'plain_text', text: `Incident ${id}: ${gate.decision}` } },
    { type: 'section', fields: Object.entries({ service, severity, action }).map(([key, value]) => text(`*${key}*\n${value}`)) },
    { type: 'section', text: text(gate.reasons.join('\n') || 'nothing speaks against it') },
    { type: 'actions', elements: ['approve', 'reject', 'hold'].map(button) },
  ]);
}
