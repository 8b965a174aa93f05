import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { RevisionRefJson } from '../../contracts/revision-ref.ts';
import { Offer, type Shown } from '../../contracts/shown.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import { SHOWN_STATES, type ShownState, shown } from '../fixtures/shown.ts';
import { readable } from './readable.ts';

const cardOf = (state: ShownState, change: Partial<Shown> = {}): KnownBlock[] =>
  evidenceCard(shown(state, change), { showsSeq: 5 });
const textOf = (state: ShownState, change: Partial<Shown> = {}): string => readable(cardOf(state, change));
const buttonsOf = (blocks: readonly KnownBlock[]): string[] =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.elements.map(({ action_id }) => action_id ?? '') : []));

describe('buttons', () => {
  test.each(Offer.options)('the offer %s is a button of that id and carries the revision', (offer) => {
    const card = cardOf('pending_approval', { offers: [offer] });
    expect(buttonsOf(card)).toEqual([offer]);
    const [row] = card.filter((block) => block.type === 'actions');
    const [button] = row?.elements ?? [];
    expect(RevisionRefJson.parse(button !== undefined && 'value' in button ? button.value : '')).toEqual(
      shown('pending_approval').ref,
    );
  });

  test('nothing is offered before there is a decision, nor on a card that a newer one replaced', () => {
    expect(buttonsOf(cardOf('pending_approval', { ref: null }))).toEqual([]);
    expect(buttonsOf(cardOf('superseded', { offers: [...Offer.options] }))).toEqual([]);
  });

  test('a high-risk action asks again before it is approved, another does not', () => {
    const confirmed = (risk: 'low' | 'high') => {
      const action = { ...(shown('pending_approval').action as NonNullable<Shown['action']>), risk };
      return JSON.stringify(cardOf('pending_approval', { action, offers: ['approve'] })).includes('"confirm"');
    };
    expect([confirmed('low'), confirmed('high')]).toEqual([false, true]);
  });
});
describe('updates', () => {
  test('two renderings of one entry are the same bytes', () => {
    expect(JSON.stringify(cardOf('pending_approval'))).toBe(JSON.stringify(cardOf('pending_approval')));
  });

  test('a refused attempt leaves the card byte for byte as it was', () => {
    expect(JSON.stringify(cardOf('pending_approval', { refused_attempts: 9 }))).toBe(JSON.stringify(cardOf('pending_approval')));
  });

  test('no block id of one rendering comes back in the next', () => {
    const ids = (showsSeq: number) => evidenceCard(shown('pending_approval'), { showsSeq }).map(({ block_id }) => block_id);
    const [first, second] = [ids(5), ids(6)];
    expect(new Set(first).size).toBe(first.length);
    expect(first.filter((id) => second.includes(id))).toEqual([]);
    expect(first.every((id) => id?.startsWith('v5-'))).toBe(true);
  });

  test('a workspace that refuses new block types gets none', () => {
    for (const state of SHOWN_STATES) {
      const types = evidenceCard(shown(state), { showsSeq: 5, classic: true }).map(({ type }) => type);
      expect(types.filter((type) => !['header', 'section', 'context', 'rich_text', 'actions', 'divider'].includes(type))).toEqual(
        [],
      );
    }
  });

  test('progress is shown while something goes on, and gives way to the decision', () => {
    const has = (state: ShownState) => cardOf(state).some(({ type }) => type === 'plan');
    expect(SHOWN_STATES.filter(has)).toEqual([
      'detected',
      'analyzing',
      'analyzing_after_a_problem',
      'executing',
      'verifying',
      'learning',
      'failed',
    ]);
  });

  test('a ticket elsewhere is a link only where its host is configured', () => {
    const ticket = { key: 'OPS-7', url: 'https://jira.example.org/browse/OPS-7' };
    const linked = (ticketHosts: string[]) =>
      JSON.stringify(evidenceCard(shown('pending_approval', { ticket }), { showsSeq: 1, ticketHosts })).includes('<https://jira');
    expect([linked([]), linked(['jira.example.org'])]).toEqual([false, true]);
    expect(textOf('pending_approval', { ticket })).toContain('Ticket OPS-7');
  });
});
