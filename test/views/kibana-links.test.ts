import { expect, test } from 'vitest';
import type { KibanaLinks } from '../../views/card/kibana.ts';
import { detailsThread } from '../../views/details-thread.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import { charsOf } from '../../views/layout.ts';
import { showMessage } from '../../views/show.ts';
import { LIMITS } from '../../views/text.ts';
import { SHOWN_STATES, shown } from '../fixtures/shown.ts';
import { document } from '../fixtures/shown-parts.ts';

const address = "https://kibana.example/s/ops/app/discover#/?_g=(time:(from:'x',to:now))&_a=(filters:!())";
const links: KibanaLinks = { host: 'kibana.example', logs: address, entries: `${address}&e` };
const long = (end: string): string => `https://kibana.example/${'a'.repeat(LIMITS.kibanaUrl - 24)}${end}`;
const textOf = (value: unknown): string => JSON.stringify(value);

test.each(SHOWN_STATES)('a card in the state %s links to the logs and the entries, just before its last line', (state) => {
  const blocks = evidenceCard(shown(state), { showsSeq: 1, kibana: links });
  const { service } = shown(state).incident;
  expect(blocks.at(-2)).toMatchObject({
    type: 'context',
    elements: [
      { text: `<${address.replace('&', '&amp;')}|Logs of ${service}>` },
      { text: `<${address.replace('&', '&amp;')}&amp;e|Entries of the case>` },
    ],
  });
  expect(blocks.toSpliced(-2, 1)).toEqual(evidenceCard(shown(state), { showsSeq: 1 }));
});

test('without Kibana a card is as it was', () => {
  const card = shown('pending_approval');
  const without = textOf(evidenceCard(card, { showsSeq: 1 }));
  expect(textOf(evidenceCard(card, { showsSeq: 1, kibana: null }))).toBe(without);
  expect(textOf(evidenceCard(card, { showsSeq: 1, kibana: { host: 'kibana.example', logs: null, entries: null } }))).toBe(
    without,
  );
});

test('one link stands alone where Kibana shows one thing', () => {
  const [block] = evidenceCard(shown('pending_approval'), { showsSeq: 1, kibana: { ...links, entries: null } }).slice(-2);
  expect(block).toMatchObject({ type: 'context', elements: [{ text: expect.stringContaining('Logs of payments-api') }] });
});

test('an address that leads anywhere else is no link', () => {
  for (const logs of [
    'https://evil.example/',
    'javascript:alert(1)',
    'https://kibana.example.evil.example/',
    'https://a@kibana.example/',
  ])
    expect(
      textOf(evidenceCard(shown('pending_approval'), { showsSeq: 1, kibana: { ...links, logs, entries: null } })),
    ).not.toContain(logs);
});

test('the longest addresses fit a card', () => {
  const kibana = { ...links, logs: long('l'), entries: long('e') };
  const blocks = evidenceCard(shown('pending_approval'), { showsSeq: 1, kibana });
  expect(textOf(blocks)).toContain(`${long('l')}|`);
  expect(charsOf(blocks)).toBeLessThanOrEqual(LIMITS.messageChars);
});

test('a card that is full leaves the links to the thread, which has them always', () => {
  const id = (index: number): string => `${'i'.repeat(190)}${index}`;
  const ids = Array.from({ length: 50 }, (_, index) => id(index));
  const action = shown('pending_approval').action;
  const parameters = Object.fromEntries(ids.map((name) => [name, 'v'.repeat(200)]));
  const documents = ids.map((name) =>
    document({ id: name, role: 'contradiction', excerpt: 'wörd '.repeat(500), title: 'wörd '.repeat(50) }),
  );
  const card = shown('pending_approval', {
    action: action === null ? null : { ...action, description: 'wörd '.repeat(3_000), parameters },
    documents,
    contradiction_ids: ids,
    fabricated_ids: ids,
    differences: ids.map(() => 'wörd '.repeat(500)),
    next_steps: ids.map(() => 'wörd '.repeat(500)),
  });
  const kibana = { ...links, logs: long('l'), entries: long('e') };
  const full = evidenceCard(card, { showsSeq: 1, kibana });
  expect(charsOf(full)).toBeLessThanOrEqual(LIMITS.messageChars);
  expect(textOf(full)).not.toContain('kibana.example');
  expect(textOf(full)).toContain('links to Kibana');
  expect(textOf(detailsThread(card, { showsSeq: 1, kibana }))).toContain(long('l'));
});

test('a private answer has them too', () => {
  expect(textOf(showMessage(shown('pending_approval'), { showsSeq: 1, kibana: links }))).toContain('Entries of the case');
});
