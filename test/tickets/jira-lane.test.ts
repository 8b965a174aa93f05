import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { createRendering } from '../../src/lanes/rendering.ts';
import { createTicketLane } from '../../src/lanes/ticket-lane.ts';
import { createLinks } from '../../src/links/links.ts';
import { indexNamesOf } from '../../src/stores/elasticsearch/names.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';
import { aCatalogue } from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';
import { aProcess, commentTexts } from './jira-stage.ts';

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

/** Runs the lane until it has nothing to tell; a fault is one try that failed. */
async function settle(told: TestCase): Promise<number> {
  const tickets = aProcess(jira, { config: { settle_s: 0.1, timeout_s: 1 } });
  const lane = createTicketLane({
    cases: casesOf(told),
    tickets,
    clock: { now: Date.now },
    ticketText: renderingOf().ticketText,
  });
  let faults = 0;
  for (let turn = 0; turn < 20 && lane.due(told.now) !== null; turn += 1)
    await lane.run(told.now).catch(() => {
      faults += 1;
    });
  expect(lane.due(told.now)).toBeNull();
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
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.some((text) => /approved? by U0000LEAD/.test(text))).toBe(true);
  expect(texts.some((text) => text.includes('Recovery check: recovered'))).toBe(true);
  expect(jira.project.issues.map(({ status }) => status)).toEqual(['Done']);
  expect(told.now.ticket?.closed).toBe(true);
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
