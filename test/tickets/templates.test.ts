import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import type { EntryBody } from '../../contracts/entry.ts';
import { Refusal } from '../../contracts/entry-words.ts';
import type { TicketText } from '../../contracts/ticket-text.ts';
import { ticketDue } from '../../pipeline/ticketing.ts';
import { createTicketTexts } from '../../src/lanes/ticket-texts.ts';
import { fitted } from '../../src/tickets/jira/adf-text.ts';
import { mark } from '../../src/tickets/jira/told.ts';
import { plainText } from '../../src/tickets/plain-text.ts';
import { Adf, adfProblem, linksOf } from '../fakes/jira/adf-check.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';
import { aCatalogue } from '../fixtures/builders.ts';
import { silentLog } from '../outward/silent-log.ts';
import { NAUGHTY } from '../views/naughty.ts';

vi.setConfig({ testTimeout: 120_000 });

const HOSTS = ['team.slack.com'];
const CARD = 'https://team.slack.com/archives/C0INCIDENTS/p1700000000000100';
const acted = { revision: 1, by: 'U0000LEAD', via: 'command', event_key: null } as const;

/** A case in which everything that a ticket tells happens, every text of others in it being `text`. */
function everythingSaid(text: string): TestCase {
  const told = aCase({
    incident: { summary: text, symptoms: [text, text], service: 'billing-batch', opened_by: text },
    wrong: { contradictions: 2, fabricated_ids: [text], policy_conflicts: [text] },
  });
  const plan = { incident_id: 'inc-002', parameters: { workers: 8, [text.slice(0, 40) || 'a']: text }, confidence_initial: 8 };
  const planned = { ...plan, proposed_action: text, rationale: text, key_claims: [], retrieved_context_ids: [] };
  told
    .opened()
    .posted()
    .planned({ plan: planned, planner: text, fallback_from: text, differences: [text] })
    .stressed();
  for (const refusal of Refusal.options) told.add({ kind: 'refused', ...acted, by: text, attempted: 'approve', refusal });
  told.gated().shown();
  for (const body of bodies(told, text)) told.add(body);
  return told;
}

const bodies = (told: TestCase, text: string): EntryBody[] => [
  { kind: 'refused', ...acted, attempted: 'override', refusal: 'not_an_approver' },
  { kind: 'approved', ...acted, by: text, digest: told.digest, as: 'override', reason: text, count: 1, needed: 2 },
  { kind: 'held', ...acted, reason: text },
  { kind: 'released', ...acted, reason: text },
  { kind: 'waiting', revision: 1, for: 'recovered_meanwhile', until: null, detail: text },
  { kind: 'voided', revision: 1, differences: Array(50).fill(text) },
  { kind: 'replan_asked', revision: 1, by: text, via: 'button' },
  { kind: 'execution_started', ...started(told), action_id: text, key: text },
  { kind: 'execution_recorded', revision: 1, key: text, outcome: 'unknown', detail: text, effect_at: null, settled_by: text },
  { kind: 'verified', revision: 1, result: 'worse', telemetry: null, detail: text },
  { kind: 'learned', revision: 1, runbook_id: 'rb-1', title: text, text },
  { kind: 'learning_skipped', revision: 1, problem: text },
  { kind: 'learning_decided', revision: 1, runbook_id: 'rb-1', decision: 'edited', by: text, via: 'button' },
  { kind: 'failed', step: text, problem: text },
  { kind: 'rejected', ...acted, by: text, reason: text },
  { kind: 'expired', revision: 1 },
];

const started = (told: TestCase) => ({
  revision: 1,
  action_hash: '0'.repeat(64),
  executor: 'sandbox',
  parameters: {},
  not_after: '2026-11-22T10:10:00.000Z',
  digest: told.digest,
  baseline: null,
  recheck_reasons: [],
});

/** The ticket's own text and every comment, in the order in which they are told. */
async function textsOf(told: TestCase, name: string): Promise<TicketText[]> {
  const config = GovernorConfig.parse({ approvers: [{ users: ['U0000LEAD'], kinds: ['approve', 'override'] }] });
  const texts = createTicketTexts({
    log: { read: async () => told.entries },
    catalogue: aCatalogue(),
    people: { person: async (id) => ({ id, teamId: 'T1', isBot: false, deleted: false, name }), groups: async () => new Map() },
    config,
    simulated: true,
    links: { cardUrl: () => CARD, hosts: HOSTS },
    logger: silentLog,
  });
  const made: TicketText[] = [];
  for (let due = ticketDue(told.now); due !== null && due.act !== 'close'; due = ticketDue(told.now)) {
    if (due.act === 'open') {
      const { summary, text } = await texts.opening(told.now, due);
      expect(summary.length).toBeLessThanOrEqual(255);
      expect(summary).not.toMatch(/[\r\n]/);
      made.push(text);
      told.add({ kind: 'ticket_opened', key: 'T-1', url: 'https://jira.example/T-1', shows_seq: due.uptoSeq });
    } else {
      made.push(await texts.comment(told.now, due));
      told.add({ kind: 'ticket_commented', key: 'T-1', comment_id: `c:${due.fromSeq}`, shows_seq: due.uptoSeq });
    }
  }
  return made;
}

/** Every document that Jira would get of such a case. */
async function documentsOf(text: string): Promise<Adf[]> {
  const texts = await textsOf(everythingSaid(text), text);
  const written = texts.map((one, index) => fitted(one, HOSTS, index === 0 ? [] : [mark(`case-0001:${index}`)]));
  for (const [index, one] of written.entries()) expect([index, adfProblem(one)]).toEqual([index, null]);
  return written.map((one) => Adf.parse(one));
}

test('every kind of entry that is told has a comment with a sentence of its own', async () => {
  const texts = await textsOf(everythingSaid('x y'), 'Somebody');
  const firsts = texts.map((text) => plainText(text).split('\n')[0] ?? '');
  expect(firsts).toHaveLength(1 + bodies(aCase().decided(), '').length);
  expect(new Set(firsts).size).toBe(firsts.length);
  for (const first of firsts) expect(first).toMatch(/^[A-Z].{10,}/);
  expect(plainText(texts[0] ?? [])).toContain('simulated');
});

describe('whatever others have written, Jira takes every template', () => {
  const LONG = [
    ['a hundred thousand letters', 'x'.repeat(100_000)],
    ['a hundred thousand quotation marks', '"'.repeat(100_000)],
    ['a hundred thousand line ends', 'a\n'.repeat(50_000)],
    ['nothing but fire', '🔥'.repeat(50_000)],
    ['addresses of the workspace without end', `${CARD} `.repeat(2_000)],
  ] as const;
  test.each([...LONG, ...NAUGHTY.map((text) => [JSON.stringify(text).slice(0, 60), text] as const)])(
    '%s',
    async (_name, text) => {
      await documentsOf(text);
    },
  );

  test('anything', async () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\n',
        '\r\n\r\n',
        '\u0000',
        '\u202e',
        '\ud800',
        '\u200b',
        '[~accountid:5b1]',
        '@here',
        'https://evil.example/',
        CARD,
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 20 }), async (parts) => {
        for (const adf of await documentsOf(parts.join('')))
          for (const href of linksOf(adf)) expect(HOSTS).toContain(new URL(href).hostname);
      }),
      { numRuns: 40 },
    );
  });
});

const HEADINGS = [
  'What was reported',
  'No action is proposed',
  'What is proposed',
  'Decision of the gate',
  'Stopped',
  'Evidence',
  'Refused so far',
  'About this ticket',
];

test('a text of others forges no heading, no item and no last line of ours', async () => {
  const written = await documentsOf('x\n\nDecision of the gate\n\n• Approved by Ilse Brandt\n\nEntry case-0001:9');
  for (const [index, { content }] of written.entries()) {
    const headings = content.flatMap((block) => (block.type === 'heading' ? block.content.map(({ text }) => text) : []));
    expect(headings.filter((text) => !HEADINGS.includes(text))).toEqual([]);
    expect(new Set(headings).size).toBe(headings.length);
    if (index > 0) expect(content.at(-1)).toEqual(mark(`case-0001:${index}`));
    const items = content.flatMap((block) => (block.type === 'bulletList' ? block.content : []));
    expect(items.map((item) => JSON.stringify(item)).filter((item) => item.includes('"text":"Approved by'))).toEqual([]);
  }
});
