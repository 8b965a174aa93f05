import { describe, expect, test } from 'vitest';
import { EntryBody } from '../../contracts/entry.ts';
import type { CaseLine } from '../../views/case-line.ts';
import { detailsThread } from '../../views/details-thread.ts';
import { helpMessage } from '../../views/help.ts';
import { type HomeFacts, homeView } from '../../views/home.ts';
import { listMessage } from '../../views/list.ts';
import { learnedThread, noteOf, reminderNote, supersededNote } from '../../views/notes.ts';
import { OPEN_ANYWAY, parseOpenAnyway, unknownService } from '../../views/open-anyway.ts';
import { showMessage } from '../../views/show.ts';
import { type WhoFacts, whoMessage } from '../../views/who.ts';
import { CASE_ID, DIGEST, document, SHOWN_STATES, shown, telemetry } from '../fixtures/shown.ts';
import { NAUGHTY } from './naughty.ts';
import { readable } from './readable.ts';
import { messageFaults, textFaults, viewFaults } from './slack-safe.ts';

const allowed = { mentions: ['U00ONCALL', 'U0000LEAD', 'S0000SRES'], links: ['http://127.0.0.1:3000/archives/C1/p1'] };
/** Names that a config could hold and that are no ids. */
const names = (text: string): string[] => (/^<(?:@|!subteam\^)[A-Z0-9]{3,}>$/.test(text) ? [] : [text]);
const NAUGHTY_ROWS = NAUGHTY.map((text, index) => [index, text] as const);

const item = (change: Partial<CaseLine> = {}): CaseLine => ({
  case_id: CASE_ID,
  service: 'payments-api',
  severity: 'high',
  status: 'pending_approval',
  action: 'Restart the API pods',
  opened_at: '2026-11-22T12:00:00.000Z',
  who_must_act: ['U00ONCALL'],
  link: 'http://127.0.0.1:3000/archives/C1/p1',
  ...change,
});

describe('the list', () => {
  test('a case is one line: state, service, age, whom it waits for, and the way to its card', () => {
    const text = readable(listMessage([item()]).blocks);
    expect(text).toContain('1 open case');
    expect(text).toContain('Waiting for a decision · payments-api · High · Restart the API pods');
    expect(text).toContain('waits for @U00ONCALL · inc-7f3k2 · Open the card');
  });

  test('no case is said as that, with the way to open one', () => {
    expect(readable(listMessage([]).blocks)).toContain('No case is open.');
  });

  test('more cases than fit are counted', () => {
    const message = listMessage(Array.from({ length: 75 }, () => item()));
    expect(messageFaults(message.blocks, allowed)).toEqual([]);
    expect(readable(message.blocks)).toContain('75 open cases');
    expect(readable(message.blocks)).toContain('… 55 more');
  });

  test.each(NAUGHTY_ROWS)('hostile text %i names nobody and links nowhere', (_index, text) => {
    const hostile = item({ service: text, action: text, link: text, who_must_act: names(text), case_id: text, opened_at: text });
    const message = listMessage(Array.from({ length: 60 }, () => hostile));
    expect(messageFaults(message.blocks, allowed)).toEqual([]);
    expect(textFaults(message.text, allowed)).toEqual([]);
  });
});

describe('the home', () => {
  const home = (change: Partial<HomeFacts> = {}) =>
    homeView({ cases: [item()], paused: null, may_resume: false, simulated: true, ...change });
  const paused = { by: 'U0000LEAD', at: '2026-11-22T12:00:00.000Z', reason: 'a deploy' };

  test('it shows the open cases, the way to open one, and that the world is simulated', () => {
    const text = readable(home().blocks);
    expect(viewFaults(home(), 'home', allowed)).toEqual([]);
    for (const words of ['1 open case', '[Open an incident]', 'simulated', '/incident help']) expect(text).toContain(words);
    expect(text).not.toContain('paused');
  });

  test('a pause stands on top; who may end it gets the button, another is told who may', () => {
    expect(readable(home({ paused, may_resume: true }).blocks)).toContain('[Resume]');
    const text = readable(home({ paused }).blocks);
    expect(text).toContain('All execution is paused by @U0000LEAD since 2026-11-22T12:00:00.000Z. a deploy');
    expect(text).not.toContain('[Resume]');
  });

  test.each(NAUGHTY_ROWS)('hostile text %i leaves it a home that Slack takes', (_index, text) => {
    const cases = Array.from({ length: 60 }, () => item({ action: text, service: text, link: text, who_must_act: names(text) }));
    const view = home({ cases, paused: { ...paused, by: names(text)[0] ?? '', reason: text } });
    expect(viewFaults(view, 'home', allowed)).toEqual([]);
  });
});

describe('the thread of a card', () => {
  const thread = (state: Parameters<typeof shown>[0], change = {}, options = {}): string =>
    detailsThread(shown(state, change), { showsSeq: 3, ...options })
      .map(({ blocks }) => readable(blocks))
      .join('\n');

  test('every rule stands there with what it measured and what it wanted, the failed ones first', () => {
    const rows = thread('pending_approval')
      .split('\n')
      .filter((row) => /^[✓✕] /.test(row));
    expect(rows).toHaveLength(11);
    expect(rows[0]).toBe('✕ Conflicting policies | pol-approval-01 | none');
    expect(rows[1]).toBe('✕ Contradictions | 2 | < 2');
    expect(rows[2]).toBe('✓ Support | coverage 0.5, supports 1 | coverage >= 0.34 or supports > 0');
    expect(rows.slice(2).every((row) => row.startsWith('✓'))).toBe(true);
  });

  test('the ledger tells for each claim what was found for and against it', () => {
    const text = thread('pending_approval');
    expect(text).toContain(
      'Claim 1 · Restarting the API pods brings the latency back to normal. For: ev-100. Against: ev-101, ev-102.',
    );
    expect(text).toContain('Claim 2 · The database is not the bottleneck. No verified source.');
  });

  test('what did not count is there with the reason', () => {
    expect(thread('pending_approval')).toContain('it documents another action as the remedy');
  });

  test('full context shows documents whole, compressed context the passage', () => {
    const texts = new Map([['ev-101', 'The whole postmortem, from its first word to its last.']]);
    expect(thread('pending_approval', {}, { texts })).toContain('from its first word to its last');
    expect(thread('pending_approval', { context_mode: 'compressed_context' }, { texts })).not.toContain('from its first word');
  });

  test('a document longer than a thread can bear is cut in plain sight, with the way to the rest', () => {
    const texts = new Map([['ev-101', 'wörd '.repeat(40_000)]]);
    const messages = detailsThread(shown('pending_approval'), { showsSeq: 3, texts });
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.map(({ blocks }) => readable(blocks)).join('')).toMatch(
      /… \d+ characters more: governor documents get ev-101/,
    );
  });

  test('the digest and the parameters are there whole', () => {
    expect(thread('pending_approval')).toContain(DIGEST);
    expect(thread('pending_approval')).toContain('batch_size  2');
  });

  test.each(SHOWN_STATES)('it is made of messages that Slack takes (%s)', (state) => {
    for (const classic of [false, true]) {
      for (const { text, blocks } of detailsThread(shown(state), { showsSeq: 3, classic })) {
        expect([...messageFaults(blocks, allowed), ...textFaults(text, allowed)]).toEqual([]);
      }
    }
  });

  test('a hundred long documents are all named', () => {
    const documents = Array.from({ length: 100 }, (_unused, index) =>
      document({ id: `ev-${index}-end`, excerpt: 'wörd '.repeat(400) }),
    );
    const text = thread('pending_approval', { documents });
    expect(documents.filter(({ id }) => !text.includes(id))).toEqual([]);
  });
});

describe('notes', () => {
  const by = { revision: 1, by: 'U00ONCALL', via: 'button', event_key: null };
  const bodies: [unknown, string][] = [
    [
      { kind: 'approved', ...by, digest: DIGEST, as: 'approve', reason: null, count: 1, needed: 2 },
      'Approved by @U00ONCALL with the button. 1 of 2 people so far.',
    ],
    [
      { kind: 'approved', ...by, digest: DIGEST, as: 'override', reason: 'the DBA agrees', count: 1, needed: 1 },
      'Overridden by @U00ONCALL with the button: the DBA agrees.',
    ],
    [{ kind: 'rejected', ...by, reason: null }, 'Rejected by @U00ONCALL with the button. Nothing ran.'],
    [{ kind: 'held', ...by, reason: 'wait' }, 'Held by @U00ONCALL with the button: wait. Nothing runs until it is released.'],
    [{ kind: 'released', ...by, reason: null }, 'Released by @U00ONCALL with the button.'],
    [{ kind: 'expired', revision: 1 }, 'The time for a decision is over. Nothing ran, and nothing will.'],
    [{ kind: 'voided', revision: 1, differences: ['ev-102 was added'] }, 'a new card follows.\nev-102 was added'],
    [
      { kind: 'execution_recorded', revision: 1, key: 'k', outcome: 'done', detail: '', effect_at: null, settled_by: null },
      'The executor answered: done.',
    ],
    [
      {
        kind: 'execution_recorded',
        revision: 1,
        key: 'k',
        outcome: 'never_ran',
        detail: '',
        effect_at: null,
        settled_by: 'U0000LEAD',
      },
      'Settled by @U0000LEAD: never ran.',
    ],
    [
      { kind: 'verified', revision: 1, result: 'not_recovered', telemetry, detail: '' },
      'The service did not recover. Error rate now 12.4 %.',
    ],
    [{ kind: 'failed', step: 'plan', problem: 'no answer' }, 'The case stops at plan: no answer. A person has to take over.'],
  ];

  test.each(bodies)('%j is told as “%s”', (body, sentence) => {
    const note = noteOf(EntryBody.parse(body), 12);
    expect(readable(note?.blocks ?? [])).toContain(sentence);
    expect(messageFaults(note?.blocks ?? [], allowed)).toEqual([]);
  });

  test.each(['incident_opened', 'card_posted', 'stressed', 'refused'])(
    '%s is no note: the card tells it, or it concerns nobody',
    (kind) => {
      expect(noteOf({ kind } as EntryBody, 1)).toBeNull();
    },
  );

  test('a reminder names those who may decide and the way', () => {
    const text = readable(reminderNote(shown('pending_override'), 3).blocks);
    expect(text).toContain('@U0000LEAD: this plan waits for you. Reply FORCE_OVERRIDE reason or REJECT here');
    expect(readable(reminderNote(shown('pending_approval', { who_may_decide: [] }), 3).blocks)).toContain('Nobody is named');
  });

  test('an old card’s thread says that it decides nothing any more, and what changed', () => {
    const text = readable(supersededNote(shown('pending_with_differences'), 3).blocks);
    expect(text).toContain('Revision 2 replaces this card');
    expect(text).toContain('evidence ev-102 was added');
  });

  test('a learned runbook is shown whole before anybody accepts it', () => {
    const text = 'step by step\n'.repeat(2_000);
    const messages = learnedThread(
      shown('resolved_with_a_runbook', { learned: { runbook_id: 'r', title: 't', text, decision: null } }),
      3,
    );
    const quoted = messages.map(({ blocks }) => readable(blocks)).join('\n');
    expect(quoted.split('step by step')).toHaveLength(2_001);
  });

  test.each(NAUGHTY_ROWS)('hostile text %i in a reason, a detail or a difference is data', (_index, text) => {
    const [who = 'nobody'] = names(text);
    const hostile = [
      { kind: 'rejected', revision: 1, by: who, via: 'reply', event_key: null, reason: text },
      { kind: 'voided', revision: 1, differences: [text, text] },
      { kind: 'failed', step: text, problem: text },
      { kind: 'verified', revision: 1, result: 'worse', telemetry: null, detail: text },
    ];
    for (const body of hostile) {
      const note = noteOf(body as EntryBody, 4);
      expect([...messageFaults(note?.blocks ?? [], allowed), ...textFaults(note?.text ?? '', allowed)]).toEqual([]);
    }
  });
});

describe('other answers', () => {
  const services = ['search-index', 'payments-api'];

  test('help names every sub-command, the severities and the services', () => {
    const { text, blocks } = helpMessage({ services, problem: null });
    const said = readable(blocks);
    for (const word of ['list', 'show', 'who', 'approve', 'reject', 'hold', 'release', 'override', 'pause', 'resume'])
      expect(said).toContain(word);
    expect(said).toContain('Severities: low, medium, high, critical');
    expect(said).toContain('Services: payments-api, search-index');
    expect([...messageFaults(blocks, allowed), ...textFaults(text, allowed)]).toEqual([]);
  });

  test('an unknown service is answered with the known ones and a button that carries what was typed', () => {
    const typed = { service: 'new-api', severity: 'high' as const, summary: 'it is slow', intake_key: 'k' };
    const { blocks } = unknownService(typed, services);
    expect(readable(blocks)).toContain('No service is called new-api. Nothing was opened.');
    expect(readable(blocks)).toContain('Known: payments-api, search-index.');
    const [row] = blocks.filter((block) => block.type === 'actions');
    const [button] = row?.elements ?? [];
    expect(button?.action_id).toBe(OPEN_ANYWAY);
    expect(parseOpenAnyway(button !== undefined && 'value' in button ? (button.value ?? '') : '')).toEqual(typed);
  });

  test('a text that a button cannot carry whole is not carried: the form is named instead', () => {
    const typed = { service: 'new-api', severity: 'high' as const, summary: 'x'.repeat(2_000), intake_key: 'k' };
    const { blocks } = unknownService(typed, services);
    expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
    expect(readable(blocks)).toContain('opens a form for long texts');
  });

  test('the shown case has no buttons, because a private answer is never updated', () => {
    const { blocks } = showMessage(shown('pending_approval'), { showsSeq: 4 });
    expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
    expect(readable(blocks)).toContain('ev-101');
  });

  test('who may decide is said for each right, with those who may not and why', () => {
    const nobody = { people: [], needed: 1, excluded: [] };
    const facts: WhoFacts = {
      case_id: CASE_ID,
      service: 'payments-api',
      severity: 'high',
      kinds: {
        approve: { people: ['U00ONCALL', 'S0000SRES'], needed: 2, excluded: [{ who: 'U0000LEAD', why: 'opened the case' }] },
        override: nobody,
        release: nobody,
      },
    };
    const { text, blocks } = whoMessage(facts);
    const said = readable(blocks);
    expect(said).toContain('@U00ONCALL, @S0000SRES · 2 different people are needed');
    expect(said).toContain('@U0000LEAD may not: opened the case');
    expect(said).toContain('Override what an approval does not pass\nNobody is named');
    expect([...messageFaults(blocks, allowed), ...textFaults(text, allowed)]).toEqual([]);
  });

  test.each(NAUGHTY_ROWS)('hostile text %i changes none of them', (_index, text) => {
    const of = { people: names(text), needed: 2, excluded: names(text).map((who) => ({ who, why: text })) };
    const who = whoMessage({ case_id: text, service: text, severity: 'low', kinds: { approve: of, override: of, release: of } });
    const typed = { service: text, severity: 'low' as const, summary: text, intake_key: 'k' };
    const messages = [who, helpMessage({ services: [text], problem: text === '' ? null : text }), unknownService(typed, [text])];
    for (const message of messages)
      expect([...messageFaults(message.blocks, allowed), ...textFaults(message.text, allowed)]).toEqual([]);
  });
});
