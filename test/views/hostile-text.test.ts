import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyConflict, WeighedDocument } from '../../contracts/findings.ts';
import { Reason } from '../../contracts/gate.ts';
import { RevisionRefJson } from '../../contracts/revision-ref.ts';
import { Offer, type Shown } from '../../contracts/shown.ts';
import { CaseStatus } from '../../contracts/words.ts';
import { detailsThread } from '../../views/details-thread.ts';
import { cardText, evidenceCard } from '../../views/evidence-card.ts';
import { learnedThread, reminderNote, supersededNote } from '../../views/notes.ts';
import { exact } from '../../views/text.ts';
import { shown } from '../fixtures/shown.ts';
import { CASE_ID, DIGEST, document, telemetry } from '../fixtures/shown-parts.ts';
import { NAUGHTY } from './naughty.ts';
import { type Allowed, messageFaults, textFaults } from './slack-safe.ts';

const RUNS = 250;
const APPROVERS = ['U00ONCALL', 'U0000LEAD', 'S0000SRES'];
const TICKET = 'http://127.0.0.1:3000/tickets/SIM-1/view?a=1&b=2';
const allowed: Allowed = { mentions: APPROVERS, links: [TICKET] };

const naughty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAUGHTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);
/** Whoever decides comes from the config, but a name there may be anything; only these ids may become a mention. */
const somebody = fc.oneof(
  fc.constantFrom(...APPROVERS),
  fc.constantFrom(...NAUGHTY.filter((text) => !/^<@U00ONCALL>$|^<!subteam/.test(text))),
);
const many = <T>(item: fc.Arbitrary<T>, max = 60): fc.Arbitrary<T[]> => fc.array(item, { maxLength: max, size: 'max' });
const orNull = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(item, { nil: null });
const time = fc.constantFrom('2026-11-22T12:00:00.000Z', '1970-01-01T00:00:00.000Z', 'never', '<!channel>');
const share = fc.constantFrom(0, 0.5, 1, Number.NaN, 1e-9);

const documents: fc.Arbitrary<WeighedDocument[]> = many(
  fc
    .record({
      id: naughty,
      service: naughty,
      title: naughty,
      excerpt: naughty,
      role: fc.constantFrom('support', 'contradiction', 'context', 'not_counted'),
      stored_at: orNull(time),
      cited: fc.boolean(),
    } satisfies Partial<Record<keyof WeighedDocument, unknown>>)
    .map((change) => document(change as Partial<WeighedDocument>)),
);
const policies: fc.Arbitrary<PolicyConflict[]> = many(
  fc.record({
    id: naughty,
    rule: naughty,
    hash: fc.constant(DIGEST),
    absolute: fc.boolean(),
    found_by: fc.constant('both' as const),
  }),
);
const parameters = fc.dictionary(naughty, fc.oneof(naughty, fc.integer(), fc.boolean()), { maxKeys: 80, size: 'max' });
const reasons = fc.uniqueArray(fc.constantFrom(...Reason.options));
const figures = fc.record({ rate: share, path: naughty }).map(({ rate, path }) => ({
  ...telemetry,
  error_rate: rate,
  top_errors: Array.from({ length: 20 }, () => ({ status: 503, path, count: 3 })),
}));

const hostile: fc.Arbitrary<Shown> = fc
  .record({
    status: fc.constantFrom(...CaseStatus.options),
    superseded: fc.boolean(),
    fallback_from: orNull(naughty),
    planner: orNull(naughty),
    chosen_by: orNull(somebody),
    differences: many(naughty),
    incident: fc
      .record({ summary: naughty, symptoms: many(naughty, 20), service: naughty, opened_by: somebody })
      .map((change) => ({ ...shown('detected').incident, ...change })),
    plan: fc.record({ proposed_action: naughty, rationale: naughty, parameters }).map((change) => ({
      incident_id: CASE_ID,
      key_claims: [],
      confidence_initial: 5,
      retrieved_context_ids: [],
      ...change,
    })),
    action: orNull(
      fc.record({
        id: naughty,
        title: naughty,
        description: naughty,
        risk: fc.constantFrom('low' as const, 'high' as const),
        executor: naughty,
        target: naughty,
        parameters,
      }),
    ),
    documents,
    policies,
    contradiction_ids: many(naughty),
    fabricated_ids: many(naughty),
    telemetry: orNull(figures),
    telemetry_problem: orNull(naughty),
    parameter_problems: fc.array(naughty, { maxLength: 5 }),
    reasons,
    rules: reasons.chain((failed) =>
      naughty.map((measured) =>
        failed.map((rule) => ({ rule, measured: [measured, measured], threshold: measured, passed: false })),
      ),
    ),
    flips: many(
      naughty.map((from) => ({ changes: [{ rule: 'contradictions' as const, field: from, from: [from], to: from }] })),
      12,
    ),
    needs: fc.constantFrom('none' as const, 'approve' as const, 'override' as const, 'nothing_passes' as const),
    who_may_decide: many(somebody),
    approvals: many(
      fc.record({
        by: somebody,
        as: fc.constantFrom('approve' as const, 'override' as const),
        at: time,
        via: naughty,
        reason: orNull(naughty),
      }),
    ),
    last_act: orNull(fc.record({ kind: fc.constantFrom('held', 'rejected'), by: somebody, at: time, reason: orNull(naughty) })),
    waiting: orNull(
      fc.record({ for: fc.constantFrom('paused' as const, 'cooldown' as const), until: orNull(time), detail: naughty }),
    ),
    executes_at: orNull(time),
    expires_at: orNull(time),
    execution: orNull(
      fc.record({ key: naughty, started_at: time, outcome: fc.constant(null), detail: naughty, effect_at: orNull(time) }),
    ),
    recovery: orNull(
      fc.record({
        result: fc.constant('worse' as const),
        before: orNull(figures),
        after: orNull(figures),
        detail: naughty,
        picture: orNull(fc.constant('F0PICTURE')),
      }),
    ),
    learned: orNull(
      fc.record({ runbook_id: naughty, title: naughty, text: naughty, decision: fc.constant(null), failures: fc.nat(9) }),
    ),
    ticket: orNull(fc.record({ key: naughty, url: fc.oneof(fc.constant(TICKET), naughty) })),
    problem: orNull(naughty),
    offers: fc.uniqueArray(fc.constantFrom(...Offer.options)),
    next_steps: many(naughty, 3),
  })
  .map((change) => shown('pending_approval', change));

describe('whatever the data says', () => {
  test.each([false, true])('a card stays within every limit and names nobody on its own (classic: %s)', (classic) => {
    fc.assert(
      fc.property(hostile, (card) => {
        expect(messageFaults(evidenceCard(card, { showsSeq: 7, classic }), allowed)).toEqual([]);
        expect(textFaults(cardText(card), allowed)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([false, true])('so does every message of its thread (classic: %s)', (classic) => {
    fc.assert(
      fc.property(hostile, naughty, (card, text) => {
        const texts = new Map(card.documents.map(({ id }) => [id, text]));
        const messages = [...detailsThread(card, { showsSeq: 7, classic, texts }), ...learnedThread(card, 7)];
        messages.push(reminderNote(card, 8), supersededNote(card, 9));
        for (const { text: spoken, blocks } of messages) {
          expect(messageFaults(blocks, allowed)).toEqual([]);
          expect(textFaults(spoken, allowed)).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('a button carries the identity of the revision and nothing that data says', () => {
    fc.assert(
      fc.property(hostile, (card) => {
        const rows = evidenceCard(card, { showsSeq: 7 }).filter((block) => block.type === 'actions');
        const values = rows.flatMap(({ elements }) =>
          elements.map((element) => ('value' in element ? element.value : undefined)),
        );
        for (const value of values) expect(RevisionRefJson.parse(value)).toEqual(card.ref);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('invariant 5: what runs is shown whole', () => {
  const preformatted = (blocks: readonly object[]): string =>
    blocks
      .flatMap((block) => ('elements' in block && Array.isArray(block.elements) ? block.elements : []))
      .filter((element) => element.type === 'rich_text_preformatted')
      .flatMap((element) => element.elements.map(({ text }: { text: string }) => text))
      .join('\n');
  const MORE = 'more lines are in the thread';
  const values = fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), fc.string({ unit: 'binary', maxLength: 200 }), {
    maxKeys: 60,
    size: 'max',
  });

  test('every parameter stands on the card, or the card says that the thread has more, and the thread has all', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...CaseStatus.options), (given, status) => {
        const base = shown('pending_approval');
        const card = { ...base, status, action: { ...(base.action as NonNullable<Shown['action']>), parameters: given } };
        const blocks = evidenceCard(card, { showsSeq: 1 });
        const told = JSON.stringify(blocks).includes(MORE);
        const inThread = detailsThread(card, { showsSeq: 1 })
          .map((message) => preformatted(message.blocks))
          .join('\n');
        const expected = Object.values(given).map((value) => exact(value));
        if (status !== 'detected' && !told) expect(expected.filter((value) => !preformatted(blocks).includes(value))).toEqual([]);
        expect(expected.filter((value) => !inThread.includes(value))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('two parameters that differ never look alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(exact(one) === exact(other)).toBe(one === other);
      }),
    );
    expect(exact('prod\u200b')).toBe('"prod\\u{200b}"');
    expect(exact('prod\\u{200b}')).toBe('"prod\\\\u{200b}"');
    expect(exact('a\u00a0b')).not.toBe(exact('a b'));
  });
});
