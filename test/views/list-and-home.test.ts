import { describe, expect, test } from 'vitest';
import type { CaseLine } from '../../views/case-line.ts';
import { type HomeFacts, homeView } from '../../views/home.ts';
import { listMessage } from '../../views/list.ts';
import { CASE_ID } from '../fixtures/shown-parts.ts';
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
    expect(text).toContain('All execution is paused by @U0000LEAD since 2026-11-22T12:00:00.000Z (a deploy).');
    expect(text).not.toContain('[Resume]');
  });

  test.each(NAUGHTY_ROWS)('hostile text %i leaves it a home that Slack takes', (_index, text) => {
    const cases = Array.from({ length: 60 }, () => item({ action: text, service: text, link: text, who_must_act: names(text) }));
    const view = home({ cases, paused: { ...paused, by: names(text)[0] ?? '', reason: text } });
    expect(viewFaults(view, 'home', allowed)).toEqual([]);
  });
});
