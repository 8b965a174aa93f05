import { expect, test } from 'vitest';
import { parseMrkdwn } from '../../../src/sandbox/page/client/text/mrkdwn.ts';
import type { Inline, Passage } from '../../../src/sandbox/page/client/text/nodes.ts';

/** A tree as one readable line: *bold* _italic_ ~strike~ `code`, and every node that does something in [brackets]. */
function shown(passages: Passage[]): string {
  return passages
    .map((passage) => `${passage.kind}(${'children' in passage ? passage.children.map(inline).join('') : ''})`)
    .join(' ');
}

function inline(node: Inline): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'break') return '⏎';
  if (node.kind === 'emoji') return `[emoji ${node.name}]`;
  if (node.kind === 'link') return `[link ${node.url} "${node.label}"]`;
  if (node.kind === 'broadcast') return `[broadcast ${node.range}]`;
  if (node.kind === 'date') return `[date ${node.timestamp} ${node.format} ${node.url ?? '-'} "${node.fallback}"]`;
  if ('id' in node) return `[${node.kind} ${node.id} ${node.label ?? '-'}]`;
  return `[${node.kind} ${node.children.map(inline).join('')}]`;
}

test.each([
  ['a user mention', 'hi <@U00ONCALL>', 'paragraph(hi [user U00ONCALL -])'],
  ['a user mention with a label', '<@U00ONCALL|oncall>', 'paragraph([user U00ONCALL oncall])'],
  ['a channel', '<#C0INCIDENTS|incidents>', 'paragraph([channel C0INCIDENTS incidents])'],
  ['a user group', '<!subteam^S0000SRES|@sre>', 'paragraph([usergroup S0000SRES @sre])'],
  ['here', '<!here>', 'paragraph([broadcast here])'],
  ['channel with a label', '<!channel|channel>', 'paragraph([broadcast channel])'],
  ['everyone', '<!everyone>', 'paragraph([broadcast everyone])'],
  ['a date', '<!date^1700000000^{date} at {time}|then>', 'paragraph([date 1700000000 {date} at {time} - "then"])'],
  [
    'a date with a link',
    '<!date^1700000000^{date}^https://a.example/|then>',
    'paragraph([date 1700000000 {date} https://a.example/ "then"])',
  ],
  ['a link', '<https://a.example/?a=1&amp;b=2>', 'paragraph([link https://a.example/?a=1&b=2 "https://a.example/?a=1&b=2"])'],
  ['a link with a label', '<https://a.example|the *log* &amp; more>', 'paragraph([link https://a.example "the *log* & more"])'],
  ['a mail address', '<mailto:a@b.example|write>', 'paragraph([link mailto:a@b.example "write"])'],
  ['a bare address', 'see https://a.example/x, now', 'paragraph(see [link https://a.example/x "https://a.example/x"], now)'],
  ['emoji', ':fire: :no_such_name: 12:30:45', 'paragraph([emoji fire] :no_such_name: 12:30:45)'],
])('%s is read as Slack reads it', (_claim, raw, expected) => {
  expect(shown(parseMrkdwn(raw))).toBe(expected);
});

test.each([
  ['an escaped broadcast', '&lt;!channel&gt;', 'paragraph(<!channel>)'],
  ['an escaped here', '&lt;!here&gt; &lt;!everyone&gt;', 'paragraph(<!here> <!everyone>)'],
  ['an escaped user', '&lt;@U00ONCALL&gt;', 'paragraph(<@U00ONCALL>)'],
  ['an escaped group', '&lt;!subteam^S0000SRES&gt;', 'paragraph(<!subteam^S0000SRES>)'],
  ['an escaped channel', '&lt;#C0INCIDENTS&gt;', 'paragraph(<#C0INCIDENTS>)'],
  ['an escaped date', '&lt;!date^1^{date}|x&gt;', 'paragraph(<!date^1^{date}|x>)'],
  ['an escaped lying link', '&lt;https://evil.example|safe&gt;', 'paragraph(<https://evil.example|safe>)'],
  ['a doubly escaped bracket', '&amp;lt;@U00ONCALL&amp;gt;', 'paragraph(&lt;@U00ONCALL&gt;)'],
  ['an escape that is assembled from two', '&amp;amp;lt;!here&gt;', 'paragraph(&amp;lt;!here>)'],
  ['another entity', '&quot;&#60;!here&#62;', 'paragraph(&quot;&#60;!here&#62;)'],
  ['half an escape', '&lt;@U00ONCALL> and <@U00ONCALL&gt;', 'paragraph(<@U00ONCALL> and <@U00ONCALL>)'],
  ['markup', '&lt;img src=x onerror=alert(1)&gt;', 'paragraph(<img src=x onerror=alert(1)>)'],
])('%s stays text', (_claim, raw, expected) => {
  expect(shown(parseMrkdwn(raw))).toBe(expected);
});

test.each([
  ['javascript', '<javascript:alert(1)|click>'],
  ['javascript in capitals', '<JaVaScRiPt:alert(1)>'],
  ['javascript after a blank', '< javascript:alert(1)|click>'],
  ['javascript behind a tab', '<java\tscript:alert(1)|click>'],
  ['data', '<data:text/html,<script>|x>'],
  ['file', '<file:///etc/passwd|x>'],
  ['vbscript', '<vbscript:x|y>'],
  ['a relative path', '</api/chat.postMessage|x>'],
  ['a path without a scheme', '<//evil.example|x>'],
  ['an unknown command', '<!exec^rm|x>'],
  ['a made-up user id', '<@oncall>'],
  ['an empty sequence', '<>'],
  ['an open sequence', 'a <@U00ONCALL'],
  ['a sequence over two lines', '<https://a.\nexample|x>'],
])('%s is never a link or a mention', (_claim, raw) => {
  const tree = shown(parseMrkdwn(raw));
  expect(tree).not.toMatch(/\[(link|user|broadcast|usergroup|channel|date)/);
});

test.each([
  ['bold', 'a *b* c', 'paragraph(a [bold b] c)'],
  ['italic', '_b_', 'paragraph([italic b])'],
  ['strike', '~b~', 'paragraph([strike b])'],
  ['code', '`a *b* &lt;c`', 'paragraph([code a *b* <c])'],
  ['nested marks', '*_b_*', 'paragraph([bold [italic b]])'],
  ['a bold mention', '*<@U00ONCALL>*', 'paragraph([bold [user U00ONCALL -]])'],
  ['no bold inside a word', '2*3*4', 'paragraph(2*3*4)'],
  ['no italic in a name', 'elastic_down_loads', 'paragraph(elastic_down_loads)'],
  ['no bold around blanks', '* b *', 'paragraph(* b *)'],
  ['no bold over a line end', '*a\nb*', 'paragraph(*a⏎b*)'],
  ['no empty bold', '** a', 'paragraph(** a)'],
  ['a lone mark', 'a * b', 'paragraph(a * b)'],
  ['a mark before punctuation', '(*b*), *c*.', 'paragraph(([bold b]), [bold c].)'],
  ['a fence', 'x\n```\nif *a* &lt; b\n```\ny', 'paragraph(x) pre(if *a* < b) paragraph(y)'],
  ['a fence in a line', '```a```', 'pre(a)'],
  ['an open fence', '```a', 'paragraph(```a)'],
  ['a quote', '> a\n&gt; b\nc', 'quote(a⏎b) paragraph(c)'],
  ['a long quote', 'x\n>>> a\nb', 'paragraph(x) quote(a⏎b)'],
  ['a greater-than sign inside a line', 'a > b', 'paragraph(a > b)'],
  ['an empty text', '', ''],
  ['the placeholder character itself', 'a\uFFFC<@U1A>\uFFFC', 'paragraph(a\uFFFC[user U1A -]\uFFFC)'],
])('%s', (_claim, raw, expected) => {
  expect(shown(parseMrkdwn(raw))).toBe(expected);
});

test('verbatim stops the linking of bare addresses but not control sequences', () => {
  expect(shown(parseMrkdwn('https://a.example <https://b.example|b> <@U1A>', { verbatim: true }))).toBe(
    'paragraph(https://a.example [link https://b.example "b"] [user U1A -])',
  );
});

test.each([
  ['openers without an end', '*a '.repeat(13_000)],
  ['alternating openers', '*_~`'.repeat(10_000)],
  ['nested pairs', `${'*_'.repeat(5_000)}a${'_*'.repeat(5_000)}`],
  ['brackets', '<'.repeat(40_000)],
  ['colons', ':'.repeat(40_000)],
])('a hostile text of 40,000 characters is read in bounded time: %s', (_claim, raw) => {
  const before = performance.now();
  parseMrkdwn(raw);
  expect(performance.now() - before).toBeLessThan(1_000);
});
