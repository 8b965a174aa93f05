import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import type { Entry, EntryBody } from '../../contracts/entry.ts';
import { registerListeners } from '../../listeners/index.ts';
import type { ListenerParts } from '../../listeners/parts.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { createCases } from '../../pipeline/cases.ts';
import { createChoices } from '../../pipeline/choices.ts';
import { createDecisions, createPeople } from '../../pipeline/decisions.ts';
import { createIntake } from '../../pipeline/intake.ts';
import { createSwitch } from '../../pipeline/lock.ts';
import type { CaseLog, Person, Reply } from '../../pipeline/ports.ts';
import { redact } from '../../pipeline/redaction.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import type { CaseStory, TestCase } from '../fixtures/a-case.ts';
import { aCase } from '../fixtures/a-case.ts';
import { aCatalogue, NOW } from '../fixtures/builders.ts';
import { boltApp, OWN_TEAM, recordingSlack } from './bolt.ts';

export const ONCALL = 'U00ONCALL';
export const LEAD = 'U0000LEAD';
export const VISITOR = 'U0VISITOR';
export const GUEST = 'U000GUEST';
export const ROBOT = 'U000ROBOT';
export const GONE = 'U0000GONE';
/** Opens every case told by a story; a member without any right. */
export const OPENER = 'U000OPENER';

const person = (id: string, change: Partial<Person> = {}): Person => ({
  id,
  teamId: OWN_TEAM,
  isBot: false,
  deleted: false,
  name: id,
  ...change,
});

const PEOPLE: Record<string, Person> = Object.fromEntries(
  [
    ...[ONCALL, LEAD, VISITOR, OPENER].map((id) => person(id)),
    person(GUEST, { teamId: 'T0OTHER' }),
    person(ROBOT, { isBot: true }),
    person(GONE, { deleted: true }),
  ].map((one) => [one.id, one]),
);

export const CONFIG = GovernorConfig.parse({
  approvers: [
    { users: [ONCALL, LEAD, GUEST, ROBOT], kinds: ['approve'] },
    { users: [LEAD], kinds: ['override', 'release'] },
  ],
  services: { 'billing-batch': {}, 'inventory-db': { severity_min: 'high' } },
});

export type Told = { channel: string; user: string; threadTs: string | null; text: string };

/** The listeners over the real pipeline and the real store; Slack records. The log can be made to fail or to be slow. */
export async function openStage(change: Partial<ListenerParts> & { config?: GovernorConfig } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'governor-listeners-'));
  const config = change.config ?? CONFIG;
  const clock = { now: () => NOW + 60_000 };
  const store = await openSqliteStore({
    file: join(folder, 'governor.db'),
    now: clock.now,
    log: { warn: () => undefined, error: () => undefined },
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const told: Told[] = [];
  const replies: Reply[] = [];
  /** Stands before every append: a test may make it wait or throw. */
  const gate: { before: () => Promise<void> } = { before: async () => undefined };
  const log: CaseLog = {
    ...store.caseLog,
    async append(...entry) {
      await gate.before();
      return store.caseLog.append(...entry);
    },
  };
  let uuid = 0;
  const ids = {
    entryId: () => {
      uuid += 1;
      return `00000000-0000-4000-8000-${String(uuid).padStart(12, '0')}`;
    },
    caseId: (now: number) => `case-${now}`,
  };
  const chat = {
    tell: async (to: Told) => void told.push(to),
    replies: async () => replies,
    person: async (id: string) => PEOPLE[id] ?? null,
    groupMembers: async () => [],
  };
  const { actions } = aCatalogue();
  const people = createPeople({ chat: chat as never, clock, rules: config.approvers, ownTeam: () => OWN_TEAM, keepMs: 0 });
  const cases = createCases({ log, clock, ids });
  const telemetry = { services: async () => ['web-front'] };
  const parts: ListenerParts = {
    intake: createIntake({ cases, library: store.library, telemetry, config, clock, redact }),
    decisions: createDecisions({ cases, people, clock, rules: config.approvers, timings: config }),
    choices: createChoices({ cases, people, library: store.library, rules: config.approvers, actions }),
    cases,
    people,
    pause: createSwitch({ log, clock, ids }),
    log,
    config,
    actions,
    clock,
    dealWith: (reply) => reply(),
    chat,
    redact,
    links: { cardUrl: () => null, hosts: [], kibanaOf: () => null },
    simulated: true,
    ...change,
  };
  const slack = recordingSlack();
  const { app, deliver: deliverTo } = boltApp(slack);
  registerListeners(app, parts);
  /** Texts that acknowledgements carried: the private answers to commands. */
  const heard: string[] = [];
  const deliver: typeof deliverTo = async (...delivery) => {
    const delivered = await deliverTo(...delivery);
    for (const ack of delivered.acks) if (ack !== null) heard.push(JSON.stringify(ack));
    return delivered;
  };

  let seeded = 0;
  /** Puts a told story into the log, under an id and a card of its own. */
  const seed = async (tell: (told: TestCase) => TestCase = (one) => one.decided(), story: CaseStory = {}): Promise<Seeded> => {
    seeded += 1;
    const caseId = `case-${String(seeded).padStart(4, '0')}`;
    const { entries } = tell(aCase(story));
    for (const { seq, entry_id, at, body } of entries) {
      await store.caseLog.append(caseId, seq, placed(body, seeded), { entryId: entry_id, at, open: true });
    }
    return { caseId, cardTs: cardTsOf(seeded), state: () => stateOf(caseId) };
  };
  const stateOf = async (caseId: string): Promise<CaseState> => {
    const state = await cases.load(caseId);
    if (state === undefined) throw new Error(`there is no case ${caseId}`);
    return state;
  };
  const entries = (caseId: string): Promise<Entry[]> => store.caseLog.read(caseId);
  return { parts, store, slack, told, heard, replies, gate, deliver, seed, stateOf, entries };
}

export type Seeded = { caseId: string; cardTs: string; state: () => Promise<CaseState> };
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Each seeded case has cards of its own, one a revision; the words of threads must not meet. */
const cardTsOf = (seeded: number, revision = 1): string => `17000000${String(seeded).padStart(2, '0')}.00${revision}100`;

function placed(body: EntryBody, seeded: number): EntryBody {
  return body.kind === 'card_posted' ? { ...body, ts: cardTsOf(seeded, body.revision) } : body;
}

/** What the button of a case's newest card carries. */
export async function refOf(seeded: Seeded): Promise<string> {
  const state = await seeded.state();
  const now = state.revisions.at(-1);
  return JSON.stringify({ case_id: state.caseId, revision: now?.revision ?? 1, digest: now?.gated?.digest ?? '0'.repeat(64) });
}
