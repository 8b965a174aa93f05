import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from '../../contracts/words.ts';
import { anEvidence, aRunbook } from '../fixtures/builders.ts';
import type { Print } from './elastic-figures.ts';
import { type ElasticStage, openElasticStage, withIndices } from './elastic-stage.ts';
import { withFolder } from './figures.ts';
import { APPROVER, REPORTER, watchFor } from './stage.ts';

/** Asked by the clock and not by cases: whether other processes have appended. */
const BY_THE_CLOCK: ReadonlySet<string> = new Set(['foreign entries']);
/** The last copies are drawn a quarter of a second after the last entry. */
const COPIED_MS = 600;
const CASES = 5;

type Kind = { name: string; source: Source; approved: boolean };
const KINDS: readonly Kind[] = [
  { name: 'a case that runs by itself', source: 'slash_command', approved: false },
  { name: 'a case that a person approves', source: 'webhook', approved: true },
];

/** One case from its report to `resolved`, everything told and copied. */
async function runCase(stage: ElasticStage, { source, approved }: Kind, number: number): Promise<void> {
  const { intake, governor, store } = stage;
  const [shown, verified, learned] = [watchFor(store, 'decision_shown'), watchFor(store, 'verified'), watchFor(store, 'learned')];
  const opened = await intake.open({
    service: `own-${source.replace('_', '-')}-${number}`,
    severity: 'medium',
    summary: 'The billing queue lags behind and its workers are slow',
    symptoms: [],
    source,
    openedBy: REPORTER,
    channel: 'C0INCIDENTS',
    intakeKey: `trips:${source}:${number}`,
    atMs: null,
    anyway: true,
  });
  if (!opened.ok) throw new Error(`a case was refused: ${opened.refusal}`);
  const { caseId } = opened.state;
  await shown(caseId);
  if (approved) await approve(stage, caseId);
  await verified(caseId);
  await learned(caseId);
  while (!governor.worker.idle()) await sleep(5);
  await sleep(COPIED_MS);
  const { status } = (await governor.core.cases.load(caseId)) ?? {};
  if (status !== 'resolved') throw new Error(`the case ended as ${status}`);
}

async function approve({ governor }: ElasticStage, caseId: string): Promise<void> {
  const by = { by: APPROVER, via: 'button' as const, eventKey: `click:${caseId}`, reason: null };
  const outcome = await governor.core.decisions.record({ kind: 'approve', caseId, revision: null, digest: null, ...by });
  if (!outcome.ok) throw new Error(`the approval was refused: ${outcome.refusal}`);
}

/** How often the cluster is asked for one whole case, by what it is asked, after a first case has warmed what is kept. */
export async function benchTrips(url: string, print: Print): Promise<void> {
  for (const kind of KINDS)
    await withIndices(url, (where) =>
      withFolder(async (folder) => {
        const library = [aRunbook({ service: '*' }), anEvidence({ service: '*' })];
        const stage = await openElasticStage({ ...where, folder, library, acting: true });
        await stage.governor.start();
        await runCase(stage, kind, 0);
        const before = new Map(stage.elastic.asked());
        for (let number = 1; number <= CASES; number += 1) await runCase(stage, kind, number);
        print(tripsOf(kind.name, before, stage.elastic.asked()));
        await stage.close();
      }),
    );
}

function tripsOf(name: string, before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) {
  const by: Record<string, number> = {};
  let total = 0;
  for (const [what, count] of after) {
    const asked = (count - (before.get(what) ?? 0)) / CASES;
    if (asked === 0 || BY_THE_CLOCK.has(what)) continue;
    by[what] = asked;
    total += asked;
  }
  return { id: 'E-1', metric: `round trips of ${name}`, unit: 'requests', ours: total, by };
}
