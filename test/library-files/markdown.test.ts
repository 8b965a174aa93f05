import { describe, expect, it } from 'vitest';
import { splitFrontMatter } from '../../src/library-files/front-matter.ts';
import { idFromPath, runbookFrom } from '../../src/library-files/markdown-runbook.ts';
import { aCatalogue } from '../fixtures/builders.ts';

const from = { path: 'node/NodeClockSkew.md', source: 'runbooks/node/NodeClockSkew.md', service: '*' };
const imported = (text: string, change: Partial<typeof from> = {}) => runbookFrom(text, { ...from, ...change }, aCatalogue());

function runbookOf(text: string, change: Partial<typeof from> = {}) {
  const read = imported(text, change);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.runbook;
}

describe('a Markdown file as a runbook', () => {
  it('takes what its front matter says', () => {
    const text =
      '---\nid: rbk-1\nservice: billing-batch\ntitle: Slow workers\nrecommended_action: scale_worker_pool\nweight: 20\n---\n\n# Heading\n\nText.\n';
    expect(runbookOf(text)).toEqual({
      kind: 'runbook',
      id: 'rbk-1',
      service: 'billing-batch',
      title: 'Slow workers',
      recommended_action: 'scale_worker_pool',
      body: '# Heading\n\nText.',
      source: 'runbooks/node/NodeClockSkew.md',
    });
  });

  it('takes its title from the heading, its id from the path and its service from the request where it says nothing itself', () => {
    expect(runbookOf('# Node clock skew #\n\nText.', { service: 'nodes' })).toMatchObject({
      id: 'node/nodeclockskew',
      title: 'Node clock skew',
      service: 'nodes',
      recommended_action: '',
    });
  });

  it('is called by its file where it has no heading either', () => {
    expect(runbookOf('Just text.').title).toBe('NodeClockSkew');
  });

  it('resolves an exact alias to the action', () => {
    expect(runbookOf('---\nrecommended_action: scale out the workers\n---\ntext').recommended_action).toBe('scale_worker_pool');
  });

  it.each([
    'Scale_Worker_Pool',
    ' scale_worker_pools',
    'scalе_worker_pool',
    'kubectl delete pod --all',
    'investigate_and_escalate',
  ])('recommends nothing where it names `%s`, which is no action, and says so', (name) => {
    const read = imported(`---\nrecommended_action: "${name}"\n---\ntext`);
    expect(read).toMatchObject({
      ok: true,
      runbook: { recommended_action: '' },
      notes: [expect.stringContaining('is no action of the catalogue')],
    });
  });

  it('keeps commands in its text as text, and recommends none of them', () => {
    const text = '# Clean up\n\n```bash\nrm -rf / --no-preserve-root\n```\n\nrecommended_action: restart_api_pods\n';
    const runbook = runbookOf(text);
    expect(runbook.recommended_action).toBe('');
    expect(runbook.body).toContain('rm -rf / --no-preserve-root');
  });

  it('is redacted before it is stored, and says so', () => {
    const read = imported('# Token\n\nUse xoxb-123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx here.');
    expect(JSON.stringify(read)).not.toContain('AbCdEfGh');
    expect(read).toMatchObject({ ok: true, notes: ['holds what looks like a secret, which was redacted'] });
  });

  it.each<[string, string, string]>([
    ['front matter that is no YAML', '---\ntitle: [\n---\ntext', 'front matter is not YAML'],
    ['a key twice in the front matter', '---\nservice: a\nservice: b\n---\ntext', 'front matter is not YAML'],
    ['front matter that is a list', '---\n- a\n---\ntext', 'front matter'],
    ['a service that is a list', '---\nservice: [a, b]\n---\ntext', 'front matter'],
    ['an alias in the front matter, which could unfold without end', '---\na: &a [x]\nb: *a\n---\ntext', 'front matter'],
    ['an id with spaces', '---\nid: a b c\n---\ntext', 'an id has'],
    ['nothing but front matter', '---\ntitle: x\n---\n\n', 'holds no text'],
    ['nothing', '  \n', 'holds no text'],
    ['a body beyond every measure', 'x '.repeat(150_000), 'more than the 200000'],
  ])('with %s is refused with a reason', (_what, text, reason) => {
    expect(imported(text)).toMatchObject({ ok: false, problems: [{ reason: expect.stringContaining(reason) }] });
  });
});

describe('front matter', () => {
  it.each<[string, string, object]>([
    ['with line ends of Windows', '---\r\ntitle: x\r\n---\r\nbody', { front: { title: 'x' }, body: 'body' }],
    ['that is empty', '---\n---\nbody', { front: {}, body: 'body' }],
    ['with a number for a title', '---\ntitle: 503\n---\nbody', { front: { title: '503' } }],
    ['that never ends is no front matter but a rule across the page', '---\ntitle: x\n', { front: {}, body: '---\ntitle: x\n' }],
    ['that begins later is text', 'text\n---\ntitle: x\n---\n', { front: {}, body: 'text\n---\ntitle: x\n---\n' }],
    ['with a rule in the body ends at the first fence', '---\ntitle: x\n---\none\n---\ntwo', { body: 'one\n---\ntwo' }],
  ])('%s', (_claim, text, expected) => {
    expect(splitFrontMatter(text)).toMatchObject({ ok: true, ...expected });
  });
});

it.each<[string, string]>([
  ['a/B c/KubePodCrashLooping.md', 'a/b-c/kubepodcrashlooping'],
  ['Übersicht (alt).markdown', 'übersicht-alt'],
  ['--x--.md', 'x'],
  ['a/.../b.md', 'a//b'],
])('the path %s gives the id %s', (path, id) => {
  expect(idFromPath(path)).toBe(id);
});
