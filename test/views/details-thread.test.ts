import { describe, expect, test } from 'vitest';
import { detailsThread } from '../../views/details-thread.ts';
import { SHOWN_STATES, shown } from '../fixtures/shown.ts';
import { DIGEST, document } from '../fixtures/shown-parts.ts';
import { readable } from './readable.ts';
import { messageFaults, textFaults } from './slack-safe.ts';

const allowed = { mentions: ['U00ONCALL', 'U0000LEAD', 'S0000SRES'], links: ['http://127.0.0.1:3000/archives/C1/p1'] };

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
