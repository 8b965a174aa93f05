import { describe, expect, test } from 'vitest';
import { helpMessage } from '../../views/help.ts';
import { OPEN_ANYWAY, parseOpenAnyway, unknownService } from '../../views/open-anyway.ts';
import { showMessage } from '../../views/show.ts';
import { type WhoFacts, whoMessage } from '../../views/who.ts';
import { shown } from '../fixtures/shown.ts';
import { CASE_ID } from '../fixtures/shown-parts.ts';
import { NAUGHTY } from './naughty.ts';
import { readable } from './readable.ts';
import { messageFaults, textFaults } from './slack-safe.ts';

const allowed = { mentions: ['U00ONCALL', 'U0000LEAD', 'S0000SRES'], links: ['http://127.0.0.1:3000/archives/C1/p1'] };
/** Names that a config could hold and that are no ids. */
const names = (text: string): string[] => (/^<(?:@|!subteam\^)[A-Z0-9]{3,}>$/.test(text) ? [] : [text]);
const NAUGHTY_ROWS = NAUGHTY.map((text, index) => [index, text] as const);

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
