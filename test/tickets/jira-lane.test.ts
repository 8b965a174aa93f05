import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import type { Cases } from '../../pipeline/cases.ts';
import type { People } from '../../pipeline/decisions.ts';
import { createRendering } from '../../src/lanes/rendering.ts';
import { createTicketLane } from '../../src/lanes/ticket-lane.ts';
import { createTicketTexts } from '../../src/lanes/ticket-texts.ts';
import { createLinks } from '../../src/links/links.ts';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { retryAfterOf } from '../../src/worker/backoff.ts';
import { Adf, linksOf, paragraphsOf } from '../fakes/jira/adf-check.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { aCase, CARD_TS, type TestCase } from '../fixtures/a-case.ts';
import { aCatalogue } from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';
import { aProcess, commentTexts, keepingLog } from './jira-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

let jira: FakeJira;
beforeEach(async () => {
  jira = await openFakeJira();
});
afterEach(() => jira.close());

/** The told case as the lanes see one: what they append is told behind it. */
const casesOf = (told: TestCase): Cases => ({
  load: async () => told.now,
  known: () => told.now,
  record: async (_state, body) => told.add(body).now,
  open: async () => null,
  async change(_caseId, decide) {
    const { append, answer } = decide(told.now);
    return { state: append === null ? told.now : told.add(append).now, answer };
  },
});

function renderingOf() {
  const config = GovernorConfig.parse({});
  const settings = { config, jira: jira.settings, kibana: null, elasticsearch: null };
  return createRendering({
    log: { read: async () => [] },
    library: memoryLibrary([]),
    catalogue: aCatalogue(),
    people: { person: async () => null, groups: async () => new Map(), ownTeam: () => 'T1' },
    config,
    simulated: false,
    links: createLinks({ workspaceUrl: null, settings, names: indexNamesOf(config.elasticsearch) }),
  } as unknown as Parameters<typeof createRendering>[0]);
}

const NAMES: Record<string, string> = { U0000LEAD: 'Ilse Brandt', U000VISIT: 'Vic Visitor' };
const WORKSPACE = 'https://team.slack.com/';
const DAY_MS = 86_400_000;

type Slack = Pick<People, 'person' | 'groups'>;
const slack: Slack = {
  person: async (id) => ({ id, teamId: 'T1', isBot: false, deleted: false, name: NAMES[id] ?? '' }),
  groups: async () => new Map(),
};
const slackAway: Slack = {
  person: () => Promise.reject(new Error('Slack is away')),
  groups: () => Promise.reject(new Error('Slack is away')),
};

/** A process that has just been started: it remembers nothing of the ones before. */
function aLane(told: TestCase, people: Slack = slack, clock = { now: () => told.atMs + DAY_MS }) {
  const config = GovernorConfig.parse({ approvers: [{ users: ['U0000LEAD'], kinds: ['approve', 'override', 'release'] }] });
  const settings = { config, jira: jira.settings, kibana: null, elasticsearch: null };
  const links = createLinks({ workspaceUrl: WORKSPACE, settings, names: indexNamesOf(config.elasticsearch) });
  const tickets = aProcess(jira, { config: { settle_s: 0.1, timeout_s: 1 }, hosts: [...links.hosts] });
  const log = { read: async () => told.entries };
  const { log: logger } = keepingLog();
  const texts = createTicketTexts({ log, catalogue: aCatalogue(), people, config, simulated: false, links, logger });
  return createTicketLane({ cases: casesOf(told), tickets, clock, texts, hide: (text) => text });
}

/** Runs the lane until it has nothing to tell; a fault is one try that failed, after which another process takes over. */
async function settle(told: TestCase, people: Slack = slack): Promise<number> {
  let faults = 0;
  for (let turn = 0; turn < 40 && aLane(told).due(told.now) !== null; turn += 1)
    await aLane(told, people)
      .run(told.now)
      .catch(() => {
        faults += 1;
      });
  expect(aLane(told).due(told.now)).toBeNull();
  return faults;
}

test('a case is told from its decision to its recovery, each stage once, and recovery alone closes its ticket', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  await settle(told);
  const [issue] = jira.project.issues;
  const key = issue?.key ?? '';
  expect(told.now.ticket).toMatchObject({ key, closed: false });

  told.approved();
  jira.trouble({ on: 'POST /issue/*/comment', kind: 'lose_answer' });
  expect(await settle(told)).toBe(1);
  told.started().recorded('done');
  await settle(told);
  expect(jira.project.find(key).status).toBe('To Do');

  told.verified('recovered').add({ kind: 'learning_skipped', revision: 1, problem: 'nothing to learn' });
  jira.trouble({ on: 'POST /issue/*/transitions', kind: 'lose_answer' });
  await settle(told);
  const texts = commentTexts(jira, key);
  expect(texts.map((text) => text.split('\n')[0])).toEqual([
    'Approved by Ilse Brandt (U0000LEAD) with the button.',
    expect.stringMatching(/^Ordered from the executor: scale_worker_pool under the key case-0001:1\./),
    'The executor answered: done, as told.',
    'The service recovered. Measured: as measured.',
    'No runbook was learned: nothing to learn.',
  ]);
  expect(jira.project.issues.map(({ status }) => status)).toEqual(['Done']);
  expect(told.now.ticket?.closed).toBe(true);
});

const refuse = (told: TestCase, times: number, by = 'U000VISIT'): void => {
  for (let time = 0; time < times; time += 1)
    told.add({
      kind: 'refused',
      revision: told.revision,
      by,
      via: 'button',
      event_key: null,
      attempted: 'override',
      refusal: 'not_an_approver',
    });
};

test('each refused attempt is told once, though every other answer of Jira is lost and each try is another process', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  await settle(told);
  refuse(told, 5);
  told.approved();
  refuse(told, 1, 'U000OPENER');
  told.started();
  for (let time = 0; time < 4; time += 1) jira.trouble({ on: 'POST /issue/*/comment', kind: 'lose_answer' });
  expect(await settle(told)).toBe(4);
  const [issue] = jira.project.issues;
  const texts = commentTexts(jira, issue?.key ?? '').map((text) => text.split('\n\n').slice(0, 2));
  const visitor =
    'FORCE_OVERRIDE by Vic Visitor (U000VISIT) with the button on revision 1: they are not named for this service and severity';
  expect(texts).toEqual([
    ['An attempt was refused, and changed nothing.', visitor],
    ['4 attempts were refused, and changed nothing.', `${visitor} (4 times)`],
    [expect.stringMatching(/^Approved by Ilse Brandt/), expect.anything()],
    ['An attempt was refused, and changed nothing.', expect.stringMatching(/^FORCE_OVERRIDE by U000OPENER with/)],
    [expect.stringMatching(/^Ordered from the executor/), expect.anything()],
  ]);
});

test('an approval that comes while the ticket is being opened is told on it', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  jira.trouble({ on: 'POST /issue', kind: 'slow', ms: 300 });
  const opening = aLane(told).run(told.now);
  told.approved();
  await opening;
  await settle(told);
  const [issue] = jira.project.issues;
  expect(JSON.stringify(issue?.fields.description)).not.toContain('Approved');
  expect(commentTexts(jira, issue?.key ?? '')[0]).toMatch(/^Approved by Ilse Brandt/);
});

test('the ticket and each comment lead back to the card, and name revision and digest', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  await settle(told);
  told.approved();
  await settle(told);
  const [issue] = jira.project.issues;
  const card = `https://team.slack.com/archives/C0INCIDENTS/p${CARD_TS.replace('.', '')}`;
  expect(linksOf(Adf.parse(issue?.fields.description))).toEqual([card]);
  const [comment] = issue?.comments ?? [];
  expect(comment && linksOf(comment.body)).toEqual([card]);
  expect(commentTexts(jira, issue?.key ?? '')[0]).toContain(`Revision 1, digest ${told.digest.slice(0, 12)}`);
});

test('a ticket is written while Slack is away, with ids in place of names', async () => {
  const told = aCase({ wrong: { contradictions: 2 } })
    .decided()
    .approved();
  expect(await settle(told, slackAway)).toBe(0);
  const [issue] = jira.project.issues;
  expect(paragraphsOf(Adf.parse(issue?.fields.description)).join('\n')).toContain('U0000LEAD may approve it.');
  expect(commentTexts(jira, issue?.key ?? '')[0]).toMatch(/^Approved by U0000LEAD with the button/);
});

test('a tracker that says no is asked less and less often, and at once again after it has said yes', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  const lane = aLane(told);
  jira.trouble({ on: 'POST /issue', kind: 'answer', status: 403, times: 12 });
  const waits: (number | null)[] = [];
  for (let time = 0; time < 12; time += 1)
    await lane.run(told.now).catch((fault: unknown) => {
      expect(fault).toMatchObject({ code: 'ticket_refused', message: expect.stringContaining('lacks a permission') });
      waits.push(retryAfterOf(fault));
    });
  expect(waits).toEqual([...Array(8).fill(null), 30_000, 60_000, 120_000, 240_000]);
  await lane.run(told.now);
  jira.trouble({ on: 'POST /issue/*/comment', kind: 'answer', status: 403 });
  told.approved();
  const again = await lane.run(told.now).catch((fault: unknown) => fault);
  expect([again, retryAfterOf(again)]).toEqual([expect.objectContaining({ code: 'ticket_refused' }), null]);
});

test('a case that waits for nothing but more attempts to tell is at rest', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  await settle(told);
  refuse(told, 1);
  await settle(told);
  refuse(told, 1);
  expect(aLane(told).due(told.now)).toEqual({ atMs: told.atMs + 10_000, waits: true });
  const early = aLane(told, slack, { now: () => told.atMs + 1_000 });
  expect(await early.run(told.now)).toEqual({ state: null, retryAtMs: null });
});

test.each(['not_recovered', 'worse', 'no_data'] as const)(
  'a recovery check that ends in %s leaves the ticket open',
  async (result) => {
    const told = aCase().decided().started().recorded('done').verified(result);
    await settle(told);
    expect(jira.project.issues.map(({ status }) => status)).toEqual(['To Do']);
    expect(told.now.ticket?.closed).toBe(false);
  },
);

test('the card links to the ticket on the configured site', async () => {
  const told = aCase({ wrong: { contradictions: 2 } }).decided();
  const cardOf = async (): Promise<string> =>
    JSON.stringify((await renderingOf().card(told.now, 1, { classic: false, pictures: true })).blocks);
  jira.settings.baseUrl = 'https://team.atlassian.net';
  told.add({ kind: 'ticket_opened', key: 'OPS-9', url: 'https://team.atlassian.net/browse/OPS-9' });
  expect(await cardOf()).toContain('<https://team.atlassian.net/browse/OPS-9|OPS-9>');
  jira.settings.baseUrl = 'https://elsewhere.atlassian.net';
  expect(await cardOf()).not.toContain('<https://team');
});
