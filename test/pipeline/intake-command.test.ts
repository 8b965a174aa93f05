import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../pipeline/intake/command.ts';
import { parseCommand } from '../../pipeline/intake/command.ts';
import { plainSlackText } from '../../pipeline/intake/slack-text.ts';

const opens = (service: string, severity: string, summary: string) => ({ ok: true, does: 'open', service, severity, summary });
const wrong = (about: string, given: string) => ({ ok: false, problem: { about, given } });
const decides = (kind: string, caseId: string, reason: string | null) => ({ ok: true, does: 'decide', kind, caseId, reason });

describe('what /incident is asked to do', () => {
  test.each<[claim: string, text: string, command: unknown]>([
    ['nothing asks for the form', '', { ok: true, does: 'modal' }],
    ['white space is nothing', '  \t ', { ok: true, does: 'modal' }],
    ['service, severity and summary open an incident', 'payments-api high P99 is up', opens('payments-api', 'high', 'P99 is up')],
    ['case and spaces do not matter', '  Payments-API   HIGH    P99   is up ', opens('payments-api', 'high', 'P99   is up')],
    ['quotes around the summary are dropped', 'payments-api high "P99 is up"', opens('payments-api', 'high', 'P99 is up')],
    ['typographic quotes, too', 'payments-api high “P99 is up”', opens('payments-api', 'high', 'P99 is up')],
    ['quotes inside the summary stay', 'payments-api low the "slow" path', opens('payments-api', 'low', 'the "slow" path')],
    ['a quote that never ends is a character', 'payments-api low "slow', opens('payments-api', 'low', '"slow')],
    ['the service may be quoted', '"payments-api" low slow', opens('payments-api', 'low', 'slow')],
    ['entities become characters, once', 'api high a &lt; b &amp;amp; c', opens('api', 'high', 'a < b &amp; c')],
    ['people become their names', 'api high <@U123|dana> saw it', opens('api', 'high', '@dana saw it')],
    ['people without a name stay ids', 'api high <@U123> saw it', opens('api', 'high', '@U123 saw it')],
    ['channels become their names', 'api high see <#C12|ops>', opens('api', 'high', 'see #ops')],
    ['a typed broadcast is a word', 'api high <!channel> look', opens('api', 'high', '@channel look')],
    ['an escaped broadcast is text', 'api high &lt;!channel&gt; look', opens('api', 'high', '<!channel> look')],
    ['a link is its address', 'api high <https://a.example/x>', opens('api', 'high', 'https://a.example/x')],
    [
      'a lying label is unmasked',
      'api high <https://a.example|b.example>',
      opens('api', 'high', 'b.example (https://a.example)'),
    ],
    ['brackets around anything else are text', 'api high <b>slow</b>', opens('api', 'high', '<b>slow</b>')],
    ['emoji and right-to-left text are text', 'api high 🔥 قاعدة البيانات', opens('api', 'high', '🔥 قاعدة البيانات')],
    ['backticks are text', 'api high `rm -rf` ```x```', opens('api', 'high', '`rm -rf` ```x```')],
    ['an unknown severity is named', 'api urgent slow', wrong('severity', 'urgent')],
    ['a missing severity is named', 'api', wrong('sub_command', 'api')],
    ['a missing summary is named', 'api high', wrong('summary', '')],
    ['an empty quoted summary is missing', 'api high ""', wrong('summary', '')],
    ['no service has such a name', '*api* high slow', wrong('service', '*api*')],
    ['a sub-command nobody knows is named', 'frobnicate', wrong('sub_command', 'frobnicate')],
    ['prototype words are no sub-commands', 'constructor', wrong('sub_command', 'constructor')],
    ['list', 'list', { ok: true, does: 'list' }],
    ['list in capitals', 'LIST', { ok: true, does: 'list' }],
    ['list with words behind it', 'list all', { ok: true, does: 'list' }],
    ['help', 'help', { ok: true, does: 'help' }],
    ['show a case', 'show case-1', { ok: true, does: 'show', caseId: 'case-1' }],
    ['show needs a case', 'show', wrong('case_id', '')],
    ['who', 'who `case-1`', { ok: true, does: 'who', caseId: 'case-1' }],
    ['a reserved log is no case', 'show ~switch', wrong('case_id', '~switch')],
    ['an id has no angle brackets', 'show <script>', wrong('case_id', '<script>')],
    ['approve', 'approve case-1', decides('approve', 'case-1', null)],
    ['reject with a reason', 'reject case-1 too risky now', decides('reject', 'case-1', 'too risky now')],
    ['hold', 'Hold case-1', decides('hold', 'case-1', null)],
    ['release', 'release case-1 "all clear"', decides('release', 'case-1', 'all clear')],
    ['override', 'override case-1 the database is healthy', decides('override', 'case-1', 'the database is healthy')],
    ['approve needs a case', 'approve', wrong('case_id', '')],
    ['our own ids are read as people type them', 'approve INC-1MBOLI2BV03bm', decides('approve', 'inc-1mb0112bv03bm', null)],
    ['pause', 'pause', { ok: true, does: 'pause', reason: null }],
    [
      'pause wins over a service of that name, whatever follows',
      'pause high load',
      { ok: true, does: 'pause', reason: 'high load' },
    ],
    ['resume', 'resume it was a drill', { ok: true, does: 'resume', reason: 'it was a drill' }],
    ['a quoted name is a service, not a sub-command', '"pause" high load', opens('pause', 'high', 'load')],
    ['a quoted name alone lacks its severity', '"pause"', wrong('severity', 'pause')],
  ])('%s: %j', (_claim, text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  test('ten thousand characters and more are read to an end and stay bounded', () => {
    const command = parseCommand(`api high ${'ab '.repeat(30_000)}`);
    expect(command).toMatchObject({ ok: true, does: 'open', service: 'api' });
    const reason = parseCommand(`hold case-1 ${'x'.repeat(30_000)}`) as Extract<Command, { does: 'decide' }>;
    expect(reason.reason).toHaveLength(2_000);
  });

  test('whatever is typed is read or refused, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => typeof parseCommand(text).ok === 'boolean'));
  });

  test('only the exact word pauses, approves or overrides', () => {
    const words = ['pause', 'approve', 'override', 'resume', 'release', 'hold', 'reject'];
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const command = parseCommand(`${text}x case-1 why`);
        const first = `${text}x`.trim().split(/\s/)[0]?.toLowerCase() ?? '';
        return words.includes(first) || !command.ok || !['decide', 'pause', 'resume'].includes(command.does);
      }),
    );
  });
});

test('nothing of Slack’s wire form survives as a mention, however it is nested', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '!', '@', '|', '&', 'l', 't', ';', 'U', '1', '#', '^'), maxLength: 60 }),
      (wire) => {
        expect(typeof plainSlackText(wire)).toBe('string');
      },
    ),
  );
  expect(plainSlackText('<!subteam^S1|@dba> <!subteam^S1> <!date^1^{date}|then> <mailto:a@b.example|a@b.example>')).toBe(
    '@dba @S1 then a@b.example',
  );
});
