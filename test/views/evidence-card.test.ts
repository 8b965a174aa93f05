import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { type Shown, Shown as ShownSchema } from '../../contracts/shown.ts';
import { CaseStatus } from '../../contracts/words.ts';
import { cardText, evidenceCard } from '../../views/evidence-card.ts';
import { SHOWN_STATES, type ShownState, shown } from '../fixtures/shown.ts';
import { DIGEST, document } from '../fixtures/shown-parts.ts';
import { readable } from './readable.ts';
import { messageFaults, textFaults } from './slack-safe.ts';

const allowed = {
  mentions: ['U00ONCALL', 'U0000LEAD', 'U0VISITOR', 'S0000SRES'],
  links: ['http://127.0.0.1:3000/tickets/SIM-1/view'],
};
const cardOf = (state: ShownState, change: Partial<Shown> = {}): KnownBlock[] =>
  evidenceCard(shown(state, change), { showsSeq: 5 });
const textOf = (state: ShownState, change: Partial<Shown> = {}): string => readable(cardOf(state, change));
const buttonsOf = (blocks: readonly KnownBlock[]): string[] =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.elements.map(({ action_id }) => action_id ?? '') : []));

const ended = (outcome: NonNullable<Shown['execution']>['outcome']): Shown['execution'] => ({
  key: 'inc-1:1',
  started_at: '2026-11-22T12:01:10.000Z',
  outcome,
  detail: '',
  effect_at: null,
});

describe('every state', () => {
  test('there is a card for each state that the contracts know', () => {
    const covered = new Set(SHOWN_STATES.map((state) => shown(state).status));
    expect(CaseStatus.options.filter((status) => !covered.has(status))).toEqual([]);
  });

  test.each(SHOWN_STATES)('the fixture of %s is a real one', (state) => {
    expect(ShownSchema.safeParse(shown(state)).error).toBeUndefined();
  });

  test.each(SHOWN_STATES)('the card of %s is one that Slack takes', (state) => {
    for (const classic of [false, true]) {
      expect(messageFaults(evidenceCard(shown(state), { showsSeq: 5, classic }), allowed)).toEqual([]);
    }
    expect(textFaults(cardText(shown(state)), allowed)).toEqual([]);
  });

  test.each(SHOWN_STATES)('the card of %s begins with service and status and ends with its identity', (state) => {
    const card = cardOf(state);
    const { incident, case_id, ref } = shown(state);
    expect(card[0]).toMatchObject({ type: 'header', text: { text: expect.stringContaining(incident.service) } });
    expect(card[1]?.type).toBe('alert');
    expect(readable(card.slice(-1))).toContain(case_id);
    expect(readable(card.slice(-1))).toContain('simulated world');
    if (ref !== null) expect(readable(card.slice(-1))).toContain(DIGEST.slice(0, 12));
  });

  test.each<[ShownState, string]>([
    ['detected', 'Nothing runs before it is checked'],
    ['analyzing', 'Nothing runs before the decision'],
    ['analyzing_after_a_problem', 'the planner answered with text that is no plan'],
    ['pending_approval', 'Blocked: policy conflict, contradicting evidence. Nothing runs without a person.'],
    ['pending_nothing_passes', 'Nobody can let this plan run'],
    ['pending_because_recovered', 'the service has recovered meanwhile'],
    ['pending_after_a_void', 'Nothing runs before another look'],
    ['ready_to_execute', 'It runs at 2026-11-22T12:01:00.000Z unless someone holds it'],
    ['ready_and_waiting', 'the service rests after the last change until 2026-11-22T12:05:00.000Z'],
    ['ready_and_approved', 'Approved by @U0000LEAD'],
    ['held', 'Held by @U0VISITOR'],
    ['executing', 'Running now'],
    ['verifying', 'is checked at 2026-11-22T12:01:20.000Z'],
    ['learning', 'A runbook is being written'],
    ['resolved', 'the action ran and the service recovered'],
    ['resolved_with_a_runbook', 'waits to be accepted'],
    ['rejected', 'Rejected by @U00ONCALL'],
    ['expired', 'Expired at 2026-11-22T16:00:00.000Z without a decision. Nothing ran.'],
    ['failed', 'A person has to take over'],
    ['not_recovered', 'The service did not recover.'],
    ['outcome_unknown', 'a late effect is possible'],
    ['superseded', 'Nothing here decides any more'],
  ])('%s says “%s”', (state, sentence) => {
    const line = readable(cardOf(state).slice(1, 2));
    expect(line.toLowerCase()).toContain(sentence.toLowerCase());
  });

  test('a ticket is said to stay open only where there is one', () => {
    const ticket = { key: 'SIM-1', url: 'http://127.0.0.1:3000/tickets/SIM-1/view' };
    const said = 'The ticket stays open.';
    expect(readable(cardOf('not_recovered', { ticket }).slice(1, 2))).toContain(said);
    expect(textOf('not_recovered', { ticket: null })).not.toContain(said);
  });

  test.each<[string, Partial<Shown>, string]>([
    ['before anything ran', {}, 'Rejected by @U00ONCALL (the DBA said no). Nothing ran.'],
    ['after the order was refused', { execution: ended('refused') }, 'Nothing ran.'],
    ['after it ran and did not help', { execution: ended('done') }, 'What ran is not undone, and nothing more runs.'],
    ['after it failed half way', { execution: ended('failed') }, 'What ran is not undone, and nothing more runs.'],
  ])('a case that is rejected %s says what is true of it', (_when, change, sentence) => {
    expect(readable(cardOf('rejected', change).slice(1, 2))).toContain(sentence);
  });

  test('no sentence of one card stands on it twice', () => {
    for (const state of SHOWN_STATES) {
      const sentences = textOf(state)
        .split(/\n|(?<=[.:]) /)
        .filter((sentence) => sentence.length > 25);
      expect({ state, twice: sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index) }).toEqual({
        state,
        twice: [],
      });
    }
  });
});

describe('the recovery check', () => {
  const recovery = { ...shown('not_recovered').recovery, picture: 'F0PICTURE' } as Shown['recovery'];
  const imagesOf = (blocks: readonly KnownBlock[]) => blocks.filter(({ type }) => type === 'image');

  test('is a picture once there is one, with the same in words, and bars until then', () => {
    expect(imagesOf(cardOf('not_recovered', { recovery }))).toMatchObject([
      { slack_file: { id: 'F0PICTURE' }, alt_text: expect.stringContaining('did not recover') },
    ]);
    expect(textOf('not_recovered', { recovery })).not.toContain('before  █');
    expect(imagesOf(cardOf('not_recovered'))).toEqual([]);
    expect(textOf('not_recovered')).toContain('before  █');
  });

  test('is bars again where this workspace refused the picture, and the measured figures stand in both', () => {
    const without = evidenceCard(shown('not_recovered', { recovery }), { showsSeq: 5, pictures: false });
    expect(imagesOf(without)).toEqual([]);
    expect(readable(without)).toContain('before  █');
    for (const text of [readable(without), textOf('not_recovered', { recovery })])
      expect(text).toContain('stayed above the limit of 0.8 %');
    expect(messageFaults(cardOf('not_recovered', { recovery }), allowed)).toEqual([]);
  });
});

describe('a blocked plan', () => {
  test.each<[string, string]>([
    ['the action to the letter', 'action      restart_api_pods'],
    ['its target', 'target      cluster/main'],
    ['every parameter', 'batch_size  2'],
    ['what contradicts it, by id and words', 'ev-101 · 2026-11-22T08:15:00.000Z: Postmortem'],
    ['that the plan left a contradiction out, and that its age is unknown', 'ev-102 · age unknown · left out by the plan'],
    ['the policy and its words', 'pol-approval-01: Restarting the payments API'],
    ['what supports it', 'ev-100 · 2026-11-22T08:15:00.000Z: A rolling restart'],
    ['the severity with its source', 'High · as stated'],
    ['how confidence moved', '8.2 stated → 7.9 adjusted → 4.6 after stress'],
    ['how much is covered', '50 % of 2 claims'],
    ['that its planner still stands by it', 'stands by the action'],
    ['the risk', 'Medium'],
    [
      'the figures, as simulated',
      'Live telemetry (simulated)\n12.4 % errors over 5 min, usually 0.4 % (3,125 of 25,200 requests)',
    ],
    ['what would turn the decision', 'conflicting policies: pol-approval-01 → none, and contradictions: 2 → 1'],
    ['who may approve, and how', '@U00ONCALL, @S0000SRES may approve: the button, or the reply APPROVE in this thread'],
    ['until when', 'expires at 2026-11-22T16:00:00.000Z, and nothing runs'],
    ['that anyone may hold it', 'Anyone of the team may hold it'],
    ['the next steps', 'Check the database for saturation'],
    ['the ticket', 'Ticket SIM-1'],
  ])('shows %s', (_what, words) => {
    expect(textOf('pending_approval')).toContain(words);
  });

  test('an override names who may, the word to reply, and that APPROVE does not pass', () => {
    const text = textOf('pending_override');
    expect(text).toContain(
      '@U0000LEAD may override: the button, or the reply FORCE_OVERRIDE reason in this thread. APPROVE does not pass it.',
    );
    expect(text).toContain('rbk-does-not-exist');
    expect(text).toContain('Critical · floor of the service, stated was high');
  });

  test('a plan that nothing passes is no action of the card, but a text that nothing can run', () => {
    const text = textOf('pending_nothing_passes');
    expect(text).toContain('What was proposed (nothing can run it)\nrm -rf / && restart everything');
    expect(text).toContain('No approval and no override lets this run');
    expect(buttonsOf(cardOf('pending_nothing_passes'))).toEqual(['choose_action', 'reject']);
  });

  test('a proposal whose check is not done is not yet called unknown', () => {
    const text = textOf('analyzing', { action: null });
    expect(text).toContain('a plan is being checked');
    expect(text).toContain('What is proposed');
    expect(text).not.toMatch(/no known action|nothing can run it/);
  });

  test('where nobody is named, the card says that nobody can let it run', () => {
    expect(textOf('pending_approval', { who_may_decide: [] })).toContain('nobody can let it run');
  });

  test('telemetry that could not be read is said once, with its reason', () => {
    const change: Partial<Shown> = {
      telemetry: null,
      telemetry_problem: 'the store answered late',
      reasons: ['telemetry_unknown'],
    };
    expect(textOf('pending_approval', change)).toContain('Live telemetry (simulated)\nUnknown: the store answered late');
    expect(textOf('pending_approval', change)).not.toContain('Why it may not run by itself');
  });

  test('what is wrong with the parameters is said, and not only that something is', () => {
    const change: Partial<Shown> = {
      parameter_problems: ['`service` must be the incident’s own service', '`workers` must be at most 16'],
      reasons: ['unknown_action'],
    };
    const text = textOf('pending_approval', change);
    expect(text).toContain('Parameters: `service` must be the incident’s own service');
    expect(text).toContain('Parameters: `workers` must be at most 16');
    expect(textOf('pending_approval', { ...change, reasons: ['unsupported'] })).not.toContain('Parameters:');
  });

  test('a contradiction of telemetry or of the planner itself is named as that', () => {
    const text = textOf('pending_approval', { contradiction_ids: ['telemetry:payments-api', 'planner:1'] });
    expect(text).toContain('telemetry:payments-api: live telemetry shows less trouble');
    expect(text).toContain('planner:1: the planner contradicts this claim');
  });

  test('a planner that failed for good leaves no action and says what went wrong', () => {
    const plan = {
      ...(shown('pending_approval').plan as NonNullable<Shown['plan']>),
      proposed_action: 'investigate_and_escalate',
    };
    const text = textOf('pending_approval', { action: null, plan, problem: 'three answers were no plans' });
    expect(text).toContain('payments-api · no plan, people are asked');
    expect(text).toContain('What went wrong: three answers were no plans');
    expect(text).toContain('Nothing runs before somebody chooses an action');
    for (const absent of ['Confidence', 'Planner after stress', 'What would let it run']) expect(text).not.toContain(absent);
  });

  test('a document whose name is the beginning of its text is not told twice', () => {
    const excerpt = 'Restarting the pods made it worse, twice.';
    const named = (title: string) =>
      textOf('pending_approval', {
        documents: [document({ id: 'ev-101', role: 'contradiction', title, excerpt })],
        contradiction_ids: ['ev-101'],
      });
    expect(named('Restarting the pods made…').match(/Restarting the pods made/g)).toHaveLength(1);
    expect(named('Postmortem of March')).toContain('ev-101 Postmortem of March ·');
  });
});
