import { currentCard } from '../../../pipeline/case-state.ts';
import { openCase, stateOf } from '../../fixtures/acts.ts';
import type { Stage } from '../../fixtures/app.ts';
import type { seeded } from '../../fixtures/wait.ts';
import { worldOf } from './board.ts';
import { begin, failFromEffect, type Played, untilEnded, untilRan, waitOn, wantedOf } from './play.ts';
import { drawSpec, type Kind, type Spec } from './specs.ts';
import { endsIll } from './truth.ts';

type Random = ReturnType<typeof seeded>;

/** Two cases about one service: the second cannot run before the first has given the service back. */
export type Followed = { first: Played; next: Played };

/**
 * A second incident of the same service, reported while the action of the first one runs. Where that leaves the service
 * well or silent it falls ill anew before, so that the second case has something to act on.
 */
export async function follow(stage: Stage, spec: Spec, random: Random): Promise<Followed> {
  const first = await begin(stage, spec, random);
  const isIll = endsIll(spec.shape);
  if (!isIll) {
    await untilEnded(stage, first);
    await stage.control.world([worldOf(spec)]);
  }
  const caseId = await openCase(stage, { service: spec.service, severity: 'low', summary: spec.remedy.summary });
  await untilRan(stage, caseId, 1, random);
  // What the figures were before the second action follows from the first one: it may be worse already.
  const checks: Played['checks'] = isIll ? [['not_recovered', 'worse']] : first.checks;
  const next = { ...first, spec: { ...spec, severity: 'low' as const }, caseId, checks };
  await Promise.all([untilEnded(stage, first), untilEnded(stage, next)]);
  return { first, next };
}

const AGAIN_MS = 1_000;

/** Somebody takes the rollback that the card offers, the lead consents to it, and the world answers it as `kind` says. */
export async function rollBack(stage: Stage, before: Played, kind: Kind, random: Random): Promise<Played> {
  const { caseId, ran } = before;
  const { remedy, service, severity } = before.spec;
  const drawn: Spec = { ...drawSpec(random, kind, random.below(8), service), remedy, severity };
  await stage.control.world([worldOf(drawn, remedy.rollback ?? '')]);
  await failFromEffect(stage, drawn);
  const revisions = stateOf(stage, caseId).revisions.length;
  let lastMs = 0;
  await waitOn(stage, caseId, 'the rollback to be planned', async () => {
    const state = stateOf(stage, caseId);
    const isPlanned = state.revisions.length > revisions;
    if (isPlanned || Date.now() - lastMs < AGAIN_MS) return isPlanned;
    lastMs = Date.now();
    await stage.control.click('oncall', currentCard(state)?.ts ?? '', 'rollback').catch(() => undefined);
    return false;
  });
  await untilRan(stage, caseId, ran.length + 1, random);
  const after: Played = {
    caseId,
    spec: drawn,
    ran: [...ran, remedy.rollback ?? ''],
    checks: wantedOf(drawn),
    offersRollback: false,
    teaches: false,
  };
  await untilEnded(stage, after);
  return after;
}
