import type { EntryBody } from '../../contracts/entry.ts';
import { caseIdOf } from '../../pipeline/case-id.ts';
import { systemIds } from '../../src/app/core.ts';
import type { SqliteStore } from '../../src/stores/sqlite/store.ts';
import { aCase } from '../fixtures/a-case.ts';
import { serviceOf } from './library.ts';
import { REPORTER, type Stage, watchFor } from './stage.ts';

/** A case whose card waits for an approval: its id, and what its buttons carry. */
export type Pending = { caseId: string; revision: number; digest: string };

/** Opens cases one by one, each about a service of its own, and gives them once their decision is in Slack. */
export function createPending({ store, intake, governor }: Stage): () => Promise<Pending> {
  const shown = watchFor(store, 'decision_shown');
  let number = 0;
  return async () => {
    number += 1;
    const opened = await intake.open({
      service: ownService(number),
      severity: 'high',
      summary: 'The billing queue lags behind and its workers are slow',
      symptoms: [],
      source: 'slash_command',
      openedBy: REPORTER,
      channel: 'C0INCIDENTS',
      intakeKey: `pending:${number}`,
      atMs: null,
      anyway: true,
    });
    if (!opened.ok) throw new Error(`case ${number} was refused: ${opened.refusal}`);
    const { caseId } = opened.state;
    await shown(caseId);
    const state = await governor.core.cases.load(caseId);
    const decided = state?.revisions.at(-1);
    if (decided?.gated == null || state?.status === 'failed') throw new Error(`case ${caseId} came to no decision`);
    return { caseId, revision: decided.revision, digest: decided.gated.digest };
  };
}

/** One service, one action at a time: cases of one service would wait for each other's lock. */
const ownService = (number: number): string => `own-${number}`;

export async function openMany(stage: Stage, count: number): Promise<Pending[]> {
  const next = createPending(stage);
  const opened: Pending[] = [];
  const lane = async (): Promise<void> => {
    while (opened.length < count) opened.push(await next());
  };
  await Promise.all(Array.from({ length: Math.min(LANES, count) }, lane));
  return opened;
}

const LANES = 16;

/** Stores cases that are over, with the entries of a whole one each, for a log with a past. */
export async function storePast(store: SqliteStore, count: number): Promise<void> {
  const bodies = aCase({ incident: { opened_by: REPORTER } })
    .decided()
    .entries.map(({ body }) => body);
  const from = Date.now() - count;
  for (let at = 0; at < count; at += SIDE_BY_SIDE) {
    const numbers = Array.from({ length: Math.min(SIDE_BY_SIDE, count - at) }, (_one, place) => at + place);
    await Promise.all(numbers.map((number) => storeOne(store, bodies, from + number)));
  }
}

const SIDE_BY_SIDE = 128;

async function storeOne(store: SqliteStore, bodies: readonly EntryBody[], atMs: number): Promise<void> {
  const caseId = caseIdOf(atMs, `past:${atMs}`);
  const at = new Date(atMs).toISOString();
  for (const [seq, body] of bodies.entries()) {
    const named =
      body.kind === 'incident_opened' ? { ...body, incident: { ...body.incident, id: caseId, service: serviceOf(atMs) } } : body;
    const appended = await store.caseLog.append(caseId, seq, named, { entryId: systemIds.entryId(), at, open: false });
    if (!appended.ok) throw new Error(`case ${caseId} was there already`);
  }
}
