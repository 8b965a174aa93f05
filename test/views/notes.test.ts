import { describe, expect, test } from 'vitest';
import { EntryBody } from '../../contracts/entry.ts';
import { learnedThread, noteOf, reminderNote, supersededNote } from '../../views/notes.ts';
import { shown } from '../fixtures/shown.ts';
import { DIGEST, telemetry } from '../fixtures/shown-parts.ts';
import { NAUGHTY } from './naughty.ts';
import { readable } from './readable.ts';
import { messageFaults, textFaults } from './slack-safe.ts';

const allowed = { mentions: ['U00ONCALL', 'U0000LEAD', 'S0000SRES'], links: ['http://127.0.0.1:3000/archives/C1/p1'] };
/** Names that a config could hold and that are no ids. */
const names = (text: string): string[] => (/^<(?:@|!subteam\^)[A-Z0-9]{3,}>$/.test(text) ? [] : [text]);
const NAUGHTY_ROWS = NAUGHTY.map((text, index) => [index, text] as const);

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
    [{ kind: 'rejected', ...by, reason: null }, 'Rejected by @U00ONCALL with the button. Nothing more runs.'],
    [{ kind: 'held', ...by, reason: 'wait' }, 'Held by @U00ONCALL with the button: wait. Nothing runs until it is released.'],
    [{ kind: 'released', ...by, reason: null }, 'Released by @U00ONCALL with the button.'],
    [{ kind: 'expired', revision: 1 }, 'The time for a decision is over. Nothing ran, and nothing will.'],
    [{ kind: 'voided', revision: 1, differences: ['ev-102 was added'] }, 'a new card follows.\nev-102 was added'],
    [
      { kind: 'execution_recorded', revision: 1, key: 'k', outcome: 'done', detail: '', effect_at: null, settled_by: null },
      'The executor answered: done.',
    ],
    [ended('refused', 'the parameters are out of range'), 'The executor refused the order, the parameters are out of range.'],
    [ended('not_sent', 'webhook-x cannot be reached'), 'The order was not sent, webhook-x cannot be reached.'],
    [ended('never_ran', ''), 'The order never ran.'],
    [ended('unknown', 'the answer was lost'), 'What became of the order is not known, the answer was lost.'],
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

  function ended(outcome: string, detail: string): object {
    return { kind: 'execution_recorded', revision: 1, key: 'k', outcome, detail, effect_at: null, settled_by: null };
  }

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
      shown('resolved_with_a_runbook', { learned: { runbook_id: 'r', title: 't', text, decision: null, failures: 0 } }),
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
