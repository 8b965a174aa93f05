import { expect, test } from 'vitest';
import type { EntryKind } from '../../contracts/entry.ts';
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
import type { Fault } from '../fixtures/control-client.ts';
import { problemsOf } from '../fixtures/oracle.ts';

/** `after`: the entry behind which the fault begins; without it the fault is there before the incident. */
type Round = {
  name: string;
  faults: Fault[];
  after?: EntryKind;
  ends?: 'resolved' | 'not_recovered';
  effects?: number;
  limitMs?: number;
};

const KINDS: Pick<Fault, 'kind' | 'ms' | 'times'>[] = [
  { kind: '429', ms: 1_000, times: 2 },
  { kind: '500', times: 3 },
  { kind: 'hang', ms: 1_500, times: 2 },
  { kind: 'delay', ms: 700, times: 2 },
  { kind: 'drop_before', times: 3 },
  { kind: 'applied_answer_lost', times: 3 },
];
const everyKind = (target: Fault['target'], method?: string): Round[] =>
  KINDS.map((kind) => ({
    name: `${target}${method === undefined ? '' : ` ${method}`}: ${kind.kind}`,
    faults: [{ target, ...kind, ...(method === undefined ? {} : { method }) }],
  }));

const SLACK: Round[] = [
  ...everyKind('slack', 'chat.postMessage'),
  ...everyKind('slack', 'chat.update'),
  {
    name: 'slack: fatal_error on each post',
    faults: [{ target: 'slack', method: 'chat.postMessage', kind: 'error:fatal_error', times: 3 }],
  },
  {
    name: 'slack: the newer blocks are refused',
    faults: [{ target: 'slack', method: 'chat.update', kind: 'error:invalid_blocks', times: 1 }],
  },
  {
    name: 'slack: the connection is lost again and again',
    faults: [{ target: 'slack', kind: 'disconnect', times: 3 }],
    after: 'planned',
  },
  { name: 'slack: each event comes twice', faults: [{ target: 'slack', method: 'connection', kind: 'duplicate', times: 1_000 }] },
  {
    name: 'slack: the connection is lost in the hold window and threads cannot be read at first',
    faults: [
      { target: 'slack', method: 'conversations.replies', kind: '500', for_ms: 3_000 },
      { target: 'slack', kind: 'disconnect', times: 1 },
    ],
    after: 'decision_shown',
  },
];

const lostAnswer: Fault = { target: 'executor', method: 'run', kind: 'applied_answer_lost', times: 1 };
const EXECUTOR: Round[] = [
  ...everyKind('executor', 'run').filter(({ name }) => !name.endsWith('429')),
  // Definitely refused, so nothing ran: people are told, and nothing is tried behind their backs.
  {
    name: 'executor run: refused',
    faults: [{ target: 'executor', method: 'run', kind: 'error:no_such_target', times: 1 }],
    ends: 'not_recovered',
    effects: 0,
  },
  {
    name: 'executor run: each order arrives twice',
    faults: [{ target: 'executor', method: 'run', kind: 'duplicate', times: 5 }],
  },
  {
    name: 'executor: a lost answer, then no answer about it',
    faults: [lostAnswer, { target: 'executor', method: 'status', kind: '500', for_ms: 3_000 }],
  },
  {
    name: 'executor: a lost answer, then silence about it',
    faults: [lostAnswer, { target: 'executor', method: 'status', kind: 'hang', times: 2 }],
  },
];

const DOWN_MS = 5_000;
const outage = (target: Fault['target'], after: EntryKind, forMs = DOWN_MS): Round => ({
  name: `${target} is down for ${forMs / 1_000} s after ${after}`,
  faults: [{ target, kind: '500', for_ms: forMs }],
  after,
  limitMs: forMs + 60_000,
});
const TARGETS = ['slack', 'executor', 'tickets', 'telemetry'] as const;
const OUTAGES: Round[] = TARGETS.flatMap((target) => [
  outage(target, 'incident_opened'),
  outage(target, 'decision_shown'),
  outage(target, 'execution_started'),
]);

const ROUNDS: Round[] = [...SLACK, ...EXECUTOR, ...everyKind('tickets'), ...everyKind('telemetry'), ...OUTAGES];

/** One that runs by itself and one that a person approves, both through the same fault. */
async function play(
  stage: Stage,
  { faults, after, ends = 'resolved', effects = 1, limitMs = 90_000 }: Round,
  told: Told,
): Promise<void> {
  const begin = async (): Promise<void> => {
    for (const fault of faults) await stage.control.fault(fault);
  };
  if (after === undefined) await begin();
  const caseId = await openCase(stage, told);
  const isWaiting = told === APPROVED && after === 'execution_started';
  if (isWaiting) await decide(stage, await untilShown(stage, caseId), 'approve', 'lead');
  if (after !== undefined) {
    await stage.until(`${after} of ${caseId}`, () => stage.log.kinds(caseId).includes(after), { everyMs: 3 });
    await begin();
  }
  await seeThrough(stage, caseId, limitMs);
  // While telemetry is away people are told that nothing shows recovery; what it shows later still counts.
  await stage.until(`${caseId} to end ${ends}`, () => stateOf(stage, caseId).status === ends, { limitMs });
  expect(await effectsOf(stage, caseId), stage.report()).toHaveLength(effects);
}

const isOverWith = async (stage: Stage, { limitMs = 60_000 }: Round): Promise<void> => {
  await untilTold(stage, limitMs);
  expect(await problemsOf(stage), stage.report()).toEqual([]);
  for (const state of stage.log.states()) {
    const posted = stage.log.kinds(state.caseId).filter((kind) => kind === 'card_posted').length;
    expect(posted, `one card a revision\n${stage.report()}`).toBe(Math.max(1, state.revisions.length));
    expect(stateOf(stage, state.caseId).ticket, stage.report()).not.toBeNull();
  }
};

test.concurrent.for(ROUNDS)('$name: both cases end, each runs at most once, everything is told once', async (round) => {
  const stage = await openStage();
  try {
    await play(stage, round, SELF_RUNNING);
    await play(stage, round, APPROVED);
    await isOverWith(stage, round);
  } finally {
    await stage.close();
  }
});

const LONG_MS = 60_000;
const LONG: Round[] = [
  outage('slack', 'planned', LONG_MS),
  outage('executor', 'decision_shown', LONG_MS),
  outage('tickets', 'gated', LONG_MS),
  outage('telemetry', 'execution_started', LONG_MS),
];

test.concurrent.for(LONG)('$name: the case goes on by itself when it is over', async (round) => {
  const stage = await openStage();
  try {
    await play(stage, round, SELF_RUNNING);
    await isOverWith(stage, round);
  } finally {
    await stage.close();
  }
});

test('an executor that never answers again leaves the outcome unknown and the service locked, and a person settles it', async () => {
  const stage = await openStage({ config: { dispatch_s: 1 } });
  try {
    await stage.control.fault({ target: 'executor', kind: '500', for_ms: 600_000 });
    const caseId = await openCase(stage, SELF_RUNNING);
    const unknown = await stage.until('the outcome to be unknown', () =>
      stage.log.state(caseId)?.status === 'outcome_unknown' ? stage.log.state(caseId) : undefined,
    );
    const second = await openCase(stage, SELF_RUNNING);
    await stage.until('the second case to wait for the lock', () => stateOf(stage, second).waiting?.for === 'service_lock');
    await stage.until('the card to offer it', async () =>
      JSON.stringify((await stage.control.messages()).find(({ ts }) => ts === unknown.cards[1]?.ts)?.blocks).includes('it_ran'),
    );
    const visitor = await stage.control.click('visitor', unknown.cards[1]?.ts ?? '', 'it_did_not_run');
    expect(visitor.ok).toBe(true);
    expect(stateOf(stage, caseId).status, 'a visitor settles nothing').toBe('outcome_unknown');
    await stage.control.click('lead', unknown.cards[1]?.ts ?? '', 'it_ran');
    await stage.until('the recovery check', () => stage.log.kinds(caseId).includes('verified'));
    expect(
      stage.log.entriesOf(caseId).some(({ body }) => body.kind === 'execution_recorded' && body.settled_by === 'U0000LEAD'),
    ).toBe(true);
    expect(await effectsOf(stage, caseId)).toEqual([]);
    expect(await problemsOf(stage), stage.report()).toEqual([]);
  } finally {
    await stage.close();
  }
});
