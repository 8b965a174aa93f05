import { describe, expect, test } from 'vitest';
import type { Shown } from '../../contracts/shown.ts';
import { detailsThread } from '../../views/details-thread.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import { shown } from '../fixtures/shown.ts';
import { readable } from './readable.ts';
import { messageFaults } from './slack-safe.ts';

const usage: NonNullable<Shown['usage']> = {
  model: 'some-model',
  calls: 5,
  input_tokens: 12_345,
  output_tokens: 678,
  estimated: false,
  cost_usd: 0.0471,
};
const unknown = { value: null, source: 'unknown' } as const;
const detailsOf = (change: Partial<Shown>): string =>
  detailsThread(shown('pending_approval', change), { showsSeq: 3 })
    .map(({ blocks }) => readable(blocks))
    .join('\n');

describe('what the thread of a card says about the model', () => {
  test('its calls, tokens and cost', () => {
    expect(detailsOf({ usage })).toContain('some-model · 5 calls · 12,345 tokens in, 678 out · $0.0471');
  });

  test('that there is no price, where there is none', () => {
    expect(detailsOf({ usage: { ...usage, cost_usd: null } })).toContain('cost unknown, no prices are configured');
  });

  test('that tokens were estimated, where they were', () => {
    expect(detailsOf({ usage: { ...usage, estimated: true } })).toContain('about 12,345 tokens in, 678 out · about $0.0471');
  });

  test('each figure with its source, and unknown where it is', () => {
    const scores = {
      ecs: { value: 8.433, source: 'published' },
      ci: { value: 0, source: 'measured' },
      u_curve: unknown,
    } as const;
    expect(detailsOf({ scores })).toContain(
      'ECS 8.43 (published) · CI 0.00 (measured) · U-curve unknown. No rule reads these figures.',
    );
  });

  test('what it cites although none of its tools returned it', () => {
    const said = detailsOf({ unretrieved_ids: ['ev-901', 'ev-902'] });
    expect(said).toContain('Cited, though none of its tools returned it: ev-901, ev-902. Each was looked up here all the same.');
  });

  test('nothing, where there is no model', () => {
    expect(detailsOf({ scores: { ecs: unknown, ci: unknown, u_curve: unknown } })).not.toContain('The model');
    expect(detailsOf({})).not.toContain('The model');
  });

  test('a model’s name can mention nobody and break no block', () => {
    const change = {
      usage: { ...usage, model: '<!channel> <https://evil.example|x> `*_' },
      unretrieved_ids: ['<!here>`*', '<@U1>'],
    };
    for (const message of detailsThread(shown('pending_approval', change), { showsSeq: 3 }))
      expect(messageFaults(message.blocks, { mentions: ['U00ONCALL', 'U0000LEAD', 'S0000SRES'], links: [] })).toEqual([]);
  });
});

test('the card says by which kind of figure a confidence was adjusted', () => {
  const scores = { ecs: { value: 8.4, source: 'published' }, ci: unknown, u_curve: unknown } as const;
  const text = readable(evidenceCard(shown('pending_approval', { scores }), { showsSeq: 3 }));
  expect(text).toContain('adjusted by a published ECS');
});
