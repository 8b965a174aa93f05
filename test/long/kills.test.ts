import { afterAll, expect, test } from 'vitest';
import type { EntryKind } from '../../contracts/entry.ts';
import { auditHead } from '../../src/audit/head.ts';
import {
  APPROVED,
  decide,
  effectsOf,
  openCase,
  SELF_RUNNING,
  seeThrough,
  stateOf,
  type Told,
  untilShown,
  untilTold,
} from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { shareOf } from '../fixtures/outside-judge.ts';
import { note } from '../fixtures/wait.ts';

/**
 * A restarted governor goes on within this time wherever something is due. Asked of most cases: a few may fall into a
 * moment in which the machine does something else.
 */
const RESUMED_MS_MAX = 5_000;
const RESUMED_SHARE = 0.9;
const STUCK_MS = 20_000;
const resumed: number[] = [];
const AT_ONCE_MS = 120;

/**
 * Where a case is stopped: nothing can be recorded behind the entry `after`, or no entry `before`. `there` says when what
 * lies between the two in the world outside has happened.
 */
type Point = { name: string; after?: EntryKind; before?: EntryKind; there?: (stage: Stage, caseId: string) => Promise<boolean> };

const ran = async (stage: Stage, caseId: string): Promise<boolean> => (await effectsOf(stage, caseId)).length > 0;
const posted =
  (key: string) =>
  async (stage: Stage, caseId: string): Promise<boolean> =>
    (await stage.control.messages()).some(
      ({ metadata }) => metadata?.event_payload.case_id === caseId && metadata.event_payload.key === key,
    );

const POINTS: Point[] = [
  { name: 'accepted', after: 'incident_opened' },
  { name: 'planned', after: 'planned' },
  { name: 'stressed', after: 'stressed' },
  { name: 'gated', after: 'gated' },
  { name: 'card posted and not recorded', before: 'card_posted', there: posted('card') },
  { name: 'decision shown and not recorded', before: 'decision_shown', there: posted('details:0') },
  { name: 'approved', after: 'approved' },
  { name: 'execution started, nothing sent', after: 'execution_started' },
  { name: 'effect done and not recorded', before: 'execution_recorded', there: ran },
  { name: 'recorded', after: 'execution_recorded' },
  { name: 'verified', after: 'verified' },
  { name: 'learned', after: 'learned' },
  { name: 'ticket closed and not recorded', before: 'ticket_closed' },
];
/** An order that is struck by this never reaches the executor's ledger. */
const NEVER_ARRIVES = { target: 'executor', method: 'run', kind: 'hang', times: 1 } as const;

const KILLED = ['app', 'sandbox', 'both'] as const;
const TOLD: [string, Told][] = [
  ['a case that runs by itself', SELF_RUNNING],
  ['a case that a person approves', APPROVED],
];

const ROUNDS = TOLD.flatMap(([kind, told]) =>
  POINTS.filter(({ after }) => after !== 'approved' || told === APPROVED).flatMap((point) =>
    KILLED.map((killed) => ({ killed, kind, told, point, name: point.name })),
  ),
);

async function untilStopped(stage: Stage, caseId: string, { name, after, before, there }: Point): Promise<void> {
  const reached = after ?? PRECEDING[before ?? 'learned'] ?? 'incident_opened';
  const soon = ['approved', 'execution_started', 'execution_recorded', 'verified', 'learned'].includes(reached);
  if (soon && stateOf(stage, caseId).incident.service === APPROVED.service)
    await decide(stage, await untilShown(stage, caseId), 'approve', 'lead');
  await stage.until(`the case to stand at "${name}"`, () => stage.log.kinds(caseId).includes(reached), { everyMs: 3 });
  if (there !== undefined) await stage.until(`"${name}" in the world outside`, () => there(stage, caseId), { everyMs: 5 });
}

/** The entry that is there when the refused one is due. */
const PRECEDING: Partial<Record<EntryKind, EntryKind>> = {
  card_posted: 'incident_opened',
  decision_shown: 'gated',
  execution_recorded: 'execution_started',
  ticket_closed: 'learned',
};

test.concurrent.for(ROUNDS)('$kind goes on by itself after kill -9 of $killed at: $name', async ({ killed, told, point }) => {
  const stage = await openStage();
  try {
    if (point.after !== undefined) stage.log.freezeAfter(point.after);
    else stage.log.freezeBefore(point.before ?? 'learned');
    if (point.after === 'execution_started') await stage.control.fault(NEVER_ARRIVES);
    const caseId = await openCase(stage, told);
    await untilStopped(stage, caseId, point);
    // Whatever runs beside the stopped step gets some way, too: a card under way, a ticket half told.
    await new Promise((resolve) => setTimeout(resolve, AT_ONCE_MS * Math.random()));
    const seq = stateOf(stage, caseId).seq;
    const head = await auditHead(stage.store.audit);
    if (killed === 'sandbox') stage.log.thaw();
    const restarted = stage.restart(killed);
    if (killed !== 'sandbox') stage.log.thaw();
    await restarted;
    const readyAt = Date.now();

    const next = await stage.until('the next entry', () => stage.log.entriesOf(caseId)[seq + 1]);
    const waited = Date.parse(next.at) - readyAt;
    const end = await seeThrough(stage, caseId);
    await untilTold(stage);

    expect(end.status, stage.report()).toBe('resolved');
    expect(await effectsOf(stage, caseId), stage.report()).toHaveLength(1);
    expect(await problemsOf(stage, head), stage.report()).toEqual([]);
    expect(waited, stage.report()).toBeLessThan(STUCK_MS);
    resumed.push(waited);
    const ticket = (await stage.control.tickets()).find(({ case_id }) => case_id === caseId);
    expect(ticket?.status, stage.report()).toBe('done');
  } finally {
    await stage.close();
  }
});

afterAll(() => {
  const sorted = resumed.sort((one, other) => one - other);
  note(`cases went on after ${shareOf(sorted, 0.5)}/${shareOf(sorted, 0.99)} ms (p50/p99)`);
  expect(shareOf(sorted, RESUMED_SHARE)).toBeLessThan(RESUMED_MS_MAX);
});
