import { describe, expect, test } from 'vitest';
import { plainBlocks } from '../../src/bundle/plain-blocks.ts';
import { fields, section } from '../../views/blocks.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import { code, data, line, link, person, when } from '../../views/line.ts';
import { visible } from '../../views/text.ts';
import { SHOWN_STATES, shown } from '../fixtures/shown.ts';
import { NAUGHTY } from '../views/naughty.ts';

describe('a card in plain text', () => {
  test.each(SHOWN_STATES)('tells all that the card of a case that is %s tells, in no control sequence of Slack', (state) => {
    const text = plainBlocks(evidenceCard(shown(state), { showsSeq: 1, classic: true }));
    expect(text).not.toMatch(/<!|<@|\(a block of|\bundefined\b|\[object/);
    expect(text).toContain(shown(state).case_id);
    expect(text.split('\n')[0]).toContain(shown(state).incident.service);
  });
});

describe('what Slack writes in control sequences', () => {
  const read = (...[strings, ...inserted]: Parameters<typeof line>): string => plainBlocks([section(line(strings, ...inserted))]);

  test('people, groups, times and links are told as they are', () => {
    expect(read`${person('U0000LEAD')} of ${person('<!subteam^S0DBA00>')} at ${when('2026-11-22T10:00:00.000Z')}`).toBe(
      '@U0000LEAD of @S0DBA00 at 2026-11-22T10:00:00.000Z',
    );
    expect(read`see ${link('http://localhost:1/browse/OPS-1?a=1&b=2', 'OPS-1')}`).toBe(
      'see OPS-1 (http://localhost:1/browse/OPS-1?a=1&b=2)',
    );
  });

  test('what came from outside stays in its code span, whatever it says', () => {
    expect(read`said ${data('<@U0> *bold* & <https://evil|safe>', 100)}`).toBe('said `<@U0> *bold* & <https://evil|safe>`');
    for (const text of NAUGHTY.map((told) => visible(told).slice(0, 100)).filter((told) => told !== ''))
      expect(read`id ${code(text)}.`).toBe(`id \`${text.replace(/`/g, 'ˋ').replace(/\s+/g, ' ')}\`.`);
  });

  test('a label stands beside its value', () => {
    expect(plainBlocks([fields([['Risk', line`High`]])])).toBe('Risk: High');
  });
});
