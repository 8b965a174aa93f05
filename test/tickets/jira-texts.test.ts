import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { document } from '../../src/tickets/jira/adf.ts';
import { linkable, prose } from '../../src/tickets/jira/adf-prose.ts';
import { fitted } from '../../src/tickets/jira/adf-text.ts';
import { mark } from '../../src/tickets/jira/told.ts';
import { Adf, adfProblem, linksOf, paragraphsOf } from '../fakes/jira/adf-check.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { isSpecAtHand } from '../fakes/jira/spec-check.ts';
import { said } from '../fixtures/said.ts';
import { NAUGHTY } from '../views/naughty.ts';
import { aProcess, commentTexts, request } from './jira-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

let jira: FakeJira;
beforeEach(async () => {
  jira = await openFakeJira();
});
afterEach(() => jira.close());

const HOSTS = ['kibana.example', 'ops.example'];
const asComment = (text: string) => fitted(said(text), HOSTS, [mark('inc:4')]);
const descriptionOf = (key: string): Adf => Adf.parse(jira.project.find(key).fields.description);

test.runIf(!isSpecAtHand())(
  'Atlassian’s specification is not beside the project: requests are checked by the fake’s own rules',
  () => {
    expect(isSpecAtHand()).toBe(false);
  },
);

test('a new ticket says whose it is, by labels and a property', async () => {
  const { key, url } = await aProcess(jira, {
    config: { labels: ['sre'], issue_type: 'Incident', priorities: { high: 'Highest' } },
  }).open(request);
  const { fields, properties } = jira.project.find(key);
  expect(fields).toMatchObject({
    summary: request.summary,
    issuetype: { name: 'Incident' },
    priority: { name: 'Highest' },
    labels: ['safety-governor', `sg-${request.caseId}`, 'sre'],
  });
  expect(properties).toEqual({ 'safety-governor': { case_id: request.caseId } });
  expect(paragraphsOf(descriptionOf(key))).toEqual(['What was found, and what waits for a person.']);
  expect(url).toBe(`${jira.settings.baseUrl}/browse/${key}`);
});

test('people are led to the site, where requests go through a gateway', async () => {
  const { url } = await aProcess(jira, { config: { site_url: 'https://team.atlassian.net/' } }).open(request);
  expect(url).toBe('https://team.atlassian.net/browse/OPS-1');
});

test('what a project wants beside is given, and cannot take the place of what makes the ticket ours', async () => {
  const strict = await openFakeJira({ fields: { customfield_10010: true } });
  try {
    await expect(aProcess(strict).open(request)).rejects.toThrow(/`customfield_10010`: customfield_10010 is required/);
    const fields = { customfield_10010: { value: 'SRE' }, labels: ['theirs'], summary: 'theirs', project: { key: 'HR' } };
    const { key } = await aProcess(strict, { config: { fields, settle_s: 0 } }).open(request);
    expect(strict.project.find(key).fields).toMatchObject({
      customfield_10010: { value: 'SRE' },
      labels: ['safety-governor', `sg-${request.caseId}`],
      summary: request.summary,
      project: { key: 'OPS' },
    });
  } finally {
    await strict.close();
  }
});

describe('links', () => {
  test.each<[string, string | null]>([
    ['https://kibana.example/app/x?y=1', 'https://kibana.example/app/x?y=1'],
    ['http://ops.example:8080/', 'http://ops.example:8080/'],
    ['mailto:oncall@ops.example', 'mailto:oncall@ops.example'],
    ['https://evil.example/', null],
    ['https://kibana.example@evil.example/', null],
    ['https://user:secret@kibana.example/', null],
    ['https://kibana.example.evil.example/', null],
    ['javascript:alert(1)', null],
    ['JaVaScRiPt://kibana.example/%0aalert(1)', null],
    ['data:text/html,<script>alert(1)</script>', null],
    ['file:///etc/passwd', null],
    ['vbscript:x', null],
    ['mailto:oncall@evil.example', null],
    ['mailto:oncall@ops.example?bcc=a@evil.example', null],
    ['mailto:a@evil.example,oncall@ops.example', null],
    ['//kibana.example/', null],
    ['kibana.example', null],
  ])('%s', (address, href) => {
    expect(linkable(address, HOSTS)).toBe(href);
  });

  test('only addresses of known hosts are links, and of the others not even a mail program makes one', () => {
    const text = 'See https://kibana.example/x. Not https://evil.example/y, [x](javascript:alert(1)) or www.evil.example';
    const written = asComment(text);
    expect(linksOf(Adf.parse(written))).toEqual(['https://kibana.example/x']);
    expect(paragraphsOf(Adf.parse(written))[0]).toBe(
      'See https://kibana.example/x. Not https[:]//evil.example/y, [x](javascript:alert(1)) or www[.]evil.example',
    );
  });
});

test('mentions and markup in a text stay letters', async () => {
  const tickets = aProcess(jira);
  const { key } = await tickets.open({
    ...request,
    summary: '[~accountid:5b10]\n{code}',
    text: said('[~accountid:5b10] @all {{panel}} h1. x'),
  });
  expect(jira.project.find(key).fields.summary).toBe('[~accountid:5b10] {code}');
  expect(JSON.stringify(descriptionOf(key))).not.toMatch(/"mention"|"panel"|"heading"/);
});

test('a secret in a text does not reach Jira', async () => {
  const tickets = aProcess(jira);
  const secret = 'xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx';
  const { key } = await tickets.open({ ...request, summary: `token ${secret}`, text: said(`token ${secret}`) });
  await tickets.comment(key, 'inc:4', said(`token ${secret}`));
  expect(JSON.stringify(jira.project.find(key))).not.toContain(secret);
});

describe('any text', () => {
  test.each(NAUGHTY.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    '%s is a document that Jira takes',
    (_claim, text) => {
      expect(adfProblem(asComment(text))).toBeNull();
    },
  );

  test('whatever it is, is a document that Jira takes, with no link but to known hosts', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\n',
        '\n\n',
        '\r\n',
        '\u0000',
        '\u202e',
        '\ud800',
        'https://evil.example/',
        'https://kibana.example/',
        'mailto:a@b',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const written = asComment(parts.join(''));
        expect(adfProblem(written)).toBeNull();
        for (const href of linksOf(Adf.parse(written))) expect(HOSTS).toContain(new URL(href).hostname);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, string]>([
    ['one endless word', 'x'.repeat(500_000)],
    ['nothing but quotation marks', '"'.repeat(200_000)],
    ['nothing but line ends', 'a\n'.repeat(100_000)],
    ['nothing but paragraphs', 'a\n\n'.repeat(100_000)],
    ['nothing but fire', '🔥'.repeat(100_000)],
    ['an address with a page of dots', `https://kibana.example/${'.'.repeat(300_000)}x`],
    ['nothing but links', 'https://kibana.example/ '.repeat(20_000)],
  ])('%s is cut to what Jira takes, whole characters, its mark kept', (_claim, text) => {
    const written = asComment(text);
    expect(adfProblem(written)).toBeNull();
    expect(JSON.stringify(written).length).toBeGreaterThan(20_000);
    expect(written.content.at(-1)).toEqual(mark('inc:4'));
    expect(JSON.stringify(written)).toContain('cut here');
  });
});

describe('the stand-in refuses, as Jira does, a document', () => {
  const inParagraph = (...content: unknown[]) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content }] });
  test.each<[string, unknown, string]>([
    ['that is a text', 'Approved', 'Operation value must be an Atlassian Document'],
    ['with an empty text', inParagraph({ type: 'text', text: '' }), 'INVALID_INPUT'],
    ['with a node that there is not', inParagraph({ type: 'marquee' }), 'INVALID_INPUT'],
    ['with an empty list', { type: 'doc', version: 1, content: [{ type: 'bulletList', content: [] }] }, 'INVALID_INPUT'],
    [
      'with marks that exclude each other',
      inParagraph({ type: 'text', text: 'x', marks: [{ type: 'code' }, { type: 'strong' }] }),
      'INVALID_INPUT',
    ],
    ['of no version', { type: 'doc', content: [] }, 'INVALID_INPUT'],
    [
      'that is too long',
      inParagraph({ type: 'text', text: 'x'.repeat(32_767) }),
      'exceeds the allowed limit of 32,767 characters',
    ],
  ])('%s', async (_claim, body, reason) => {
    const { key } = await aProcess(jira).open(request);
    const { baseUrl, email, apiToken } = jira.settings;
    const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`;
    const response = await fetch(`${baseUrl}/rest/api/3/issue/${key}/comment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ body }),
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(reason)]);
    expect(jira.project.find(key).comments).toEqual([]);
  });
});

describe('keys and ids that would lead elsewhere', () => {
  test.each([
    '../../3/myself?x=',
    'OPS-1/../OPS-2',
    'OPS-1?x=',
    'OPS-1#',
    'OPS-0',
    'ops-1',
    'OPS-1\n',
    'OPS‑1',
    '',
    'OPS',
    '10001',
    `${'A'.repeat(20)}-1`,
  ])('%j is refused before anything is asked', async (key) => {
    const tickets = aProcess(jira);
    await expect(tickets.comment(key, 'inc:4', said('text'))).rejects.toMatchObject({ code: 'ticket_refused' });
    await expect(tickets.close(key)).rejects.toMatchObject({ code: 'ticket_refused' });
    expect(jira.seen).toEqual([]);
  });

  test.each(['inc" OR project = "HR', 'inc-1\\', '../x', 'inc 1', '~switch', '', 'x'.repeat(200)])(
    'the case id %j is refused before anything is asked',
    async (caseId) => {
      await expect(aProcess(jira).open({ ...request, caseId })).rejects.toMatchObject({ code: 'ticket_refused' });
      expect(jira.project.issues).toEqual([]);
      expect(jira.seen.filter((asked) => asked !== 'GET /myself')).toEqual([]);
    },
  );

  test('an issue that is not the governor’s is neither commented on nor closed', async () => {
    const { key } = jira.project.create({ fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'Theirs' } });
    const tickets = aProcess(jira);
    await expect(tickets.comment(key, 'inc:4', said('text'))).rejects.toMatchObject({ code: 'ticket_mismatch' });
    await expect(tickets.close(key)).rejects.toMatchObject({ code: 'ticket_mismatch' });
    expect(jira.project.find(key)).toMatchObject({ comments: [], status: 'To Do' });
  });
});

describe('a comment is once there', () => {
  const told = async (key: string): Promise<string[]> => {
    await aProcess(jira).comment(key, 'inc:4', said('Approved'));
    return commentTexts(jira, key);
  };

  test('though hundreds of others have been written since, and the process is another', async () => {
    const { key } = await aProcess(jira).open(request);
    await aProcess(jira).comment(key, 'inc:4', said('Approved'));
    for (let at = 0; at < 250; at += 1) jira.project.comment(key, { body: document(prose(`chatter ${at}`, [])) }, 'somebody');
    expect((await told(key)).filter((text) => text === 'Approved')).toHaveLength(1);
  });

  test('though a text of another comment looks like its last line', async () => {
    const { key } = await aProcess(jira).open(request);
    await aProcess(jira).comment(key, 'inc:3', said('Entry inc:4'));
    expect(await told(key)).toEqual(['Entry inc:4', 'Approved']);
  });

  test('though somebody else has written its last line before', async () => {
    const { key } = await aProcess(jira).open(request);
    jira.project.comment(key, { body: document([mark('inc:4')]) }, 'somebody');
    expect(await told(key)).toEqual(['', 'Approved']);
  });

  test('though Jira made it and was silent, or made it late', async () => {
    const { key } = await aProcess(jira).open(request);
    for (const trouble of [{ kind: 'hang_after' }, { kind: 'answer_after', status: 502 }] as const) {
      jira.trouble({ on: 'POST /issue/*/comment', ...trouble });
      const hasty = aProcess(jira, { config: { timeout_s: 2 } });
      await expect(hasty.comment(key, `inc:${trouble.kind}`, said('Approved'))).rejects.toMatchObject({ code: 'answer_lost' });
      await aProcess(jira).comment(key, `inc:${trouble.kind}`, said('Approved'));
    }
    expect(jira.project.find(key).comments).toHaveLength(2);
  });
});
