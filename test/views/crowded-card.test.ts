import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { Offer, type Shown } from '../../contracts/shown.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import { charsOf } from '../../views/layout.ts';
import { SHOWN_STATES, type ShownState, shown } from '../fixtures/shown.ts';
import { DIGEST, document, telemetry } from '../fixtures/shown-parts.ts';
import { readable } from './readable.ts';
import { messageFaults } from './slack-safe.ts';

const allowed = {
  mentions: ['U00ONCALL', 'U0000LEAD', 'U0VISITOR', 'S0000SRES'],
  links: ['http://127.0.0.1:3000/tickets/SIM-1/view'],
};
const cardOf = (state: ShownState, change: Partial<Shown> = {}): KnownBlock[] =>
  evidenceCard(shown(state, change), { showsSeq: 5 });
const textOf = (state: ShownState, change: Partial<Shown> = {}): string => readable(cardOf(state, change));

describe('a card that has more to say than fits', () => {
  const long = 'wörd '.repeat(3_000);
  const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 50 }, (_unused, index) => make(index));
  const id = (index: number): string => `${'i'.repeat(190)}${index}`;
  const crowded: Partial<Shown> = {
    incident: { ...shown('detected').incident, service: 's'.repeat(100), summary: long, symptoms: many(() => long) },
    action: {
      id: 'a'.repeat(75),
      title: 't'.repeat(75),
      description: long,
      risk: 'high',
      executor: 'e'.repeat(50),
      target: long.slice(0, 500),
      parameters: Object.fromEntries(many((index) => [`parameter_${index}`, 'v'.repeat(200)])),
    },
    documents: many((index) => document({ id: id(index), role: 'contradiction', cited: false, title: long, excerpt: long })),
    contradiction_ids: many(id),
    fabricated_ids: many(id),
    policies: many((index) => ({ id: id(index), rule: long, hash: DIGEST, absolute: true, found_by: 'both' })),
    telemetry: { ...telemetry, top_errors: many(() => ({ status: 503, path: long, count: 1e9 })) },
    differences: many(() => long),
    approvals: many(() => ({ by: id(1), as: 'override', at: '2026-11-22T12:00:00.000Z', via: 'button', reason: long })),
    who_may_decide: many(() => 'U00ONCALL'),
    next_steps: [long, long, long],
    learned: { runbook_id: id(1), title: long, text: long, decision: null, failures: 0 },
    execution: {
      key: id(1),
      started_at: '2026-11-22T12:00:00.000Z',
      outcome: 'done',
      detail: long,
      effect_at: '2026-11-22T12:00:00.000Z',
    },
    problem: long,
    offers: [...Offer.options],
  };

  test.each(SHOWN_STATES)('%s stays within one message and says what is in the thread instead', (state) => {
    const card = cardOf(state, { ...crowded, reasons: shown(state).rules.map(({ rule }) => rule) });
    expect(messageFaults(card, allowed)).toEqual([]);
    expect(charsOf(card)).toBeLessThanOrEqual(10_000);
  });

  test('what a decision rests on stays; what explains it gives way, by name', () => {
    const text = textOf('pending_approval', crowded);
    expect(text).toContain('… more in the thread: what was reported');
    expect(text).toContain('Against · 50 contradictions');
    expect(text).toContain('… 46 more in the thread');
    expect(text).toMatch(/Not everything that runs fits here: \d+ more lines are in the thread/);
    expect(text).toContain('Who decides');
  });
});
