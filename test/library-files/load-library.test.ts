import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadLibrary } from '../../src/library-files/load-library.ts';
import { aCatalogue, anEvidence, aPolicy, aRunbook } from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const base = mkdtempSync(join(tmpdir(), 'library-'));
afterAll(() => rmSync(base, { recursive: true }));

let folders = 0;
function folder(files: Record<string, string | Buffer>): string {
  folders += 1;
  const root = join(base, `f${folders}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const catalogue = aCatalogue();
const without = <T extends { kind: string }>({ kind: _kind, ...row }: T) => row;
const data = (change: object = {}) =>
  JSON.stringify({
    runbooks: [without(aRunbook())],
    evidence: [without(anEvidence())],
    policies: [without(aPolicy())],
    ...change,
  });

describe('a data file', () => {
  it('is stored whole', async () => {
    const { library, documents } = memoryLibrary([]);
    const summary = await loadLibrary({ file: join(folder({ 'd.json': data() }), 'd.json') }, { library, catalogue });
    expect(summary).toMatchObject({
      runbooks: 1,
      evidence: 1,
      policies: 1,
      services: ['billing-batch'],
      dry_run: false,
      problems: [],
    });
    expect([...documents.keys()].sort()).toEqual(['ev-103', 'pol-01', 'rbk-batch-01']);
  });

  it('is only checked in a dry run', async () => {
    const { library, documents } = memoryLibrary([]);
    const summary = await loadLibrary(
      { file: join(folder({ 'd.json': data() }), 'd.json'), dryRun: true },
      { library, catalogue },
    );
    expect(summary).toMatchObject({ runbooks: 1, evidence: 1, policies: 1, dry_run: true });
    expect(documents.size).toBe(0);
  });

  it.each<[string, string, string]>([
    ['a bad row among good ones', data({ evidence: [without(anEvidence()), { id: 'ev-1' }] }), 'evidence[1].service'],
    ['a stance that is none', data({ evidence: [{ ...without(anEvidence()), stance: 'maybe' }] }), 'evidence[0].stance'],
    ['a key that is misspelled', data({ policies: [{ ...without(aPolicy()), absolut: true }] }), 'policies[0].absolut'],
    ['a list that is misspelled, whose policies would all be missed', data({ policys: [] }), 'policys'],
    ['one id for two documents', data({ runbooks: [without(aRunbook({ id: 'ev-103' }))] }), 'evidence[0].id'],
    ['half a file', data().slice(0, 80), ''],
  ])('with %s stores nothing at all', async (what, text, key) => {
    const { library, documents } = memoryLibrary([]);
    const name = `${what.replaceAll(/\W+/g, '-')}.json`;
    const summary = await loadLibrary({ file: join(folder({ [name]: text }), name) }, { library, catalogue });
    expect(summary.problems[0]).toMatchObject({ file: expect.stringContaining(name), key });
    expect([summary.runbooks, summary.evidence, summary.policies, documents.size]).toEqual([0, 0, 0, 0]);
  });

  it('that is not there is named', async () => {
    const { library } = memoryLibrary([]);
    const summary = await loadLibrary({ file: join(base, 'gone.json') }, { library, catalogue });
    expect(summary.problems).toEqual([{ file: join(base, 'gone.json'), key: '', reason: 'does not exist' }]);
  });

  it('is redacted before it is stored', async () => {
    const { library, documents } = memoryLibrary([]);
    const text = data({
      evidence: [without(anEvidence({ text: 'Logged in with ghp_abcdefghijklmnopqrstuvwxyz0123456789 and it worked.' }))],
    });
    const summary = await loadLibrary({ file: join(folder({ 'd.json': text }), 'd.json') }, { library, catalogue });
    expect(JSON.stringify([...documents.values()])).not.toContain('ghp_abc');
    expect(summary.notes[0]).toMatchObject({ key: 'evidence[0]' });
  });

  it('tells which names of actions nothing answers to', async () => {
    const { library } = memoryLibrary([]);
    const text = data({
      policies: [without(aPolicy({ blocked_actions: ['teleport_everything'] }))],
      runbooks: [without(aRunbook({ recommended_action: 'hope' }))],
    });
    const summary = await loadLibrary({ file: join(folder({ 'd.json': text }), 'd.json') }, { library, catalogue });
    const told = summary.notes.map(({ reason }) => reason).join('\n');
    for (const name of ['teleport_everything', 'hope']) expect(told).toContain(name);
  });

  it('never lets a runbook take the place of a policy', async () => {
    const { library, documents } = memoryLibrary([aPolicy({ id: 'shared' })]);
    const text = JSON.stringify({ runbooks: [without(aRunbook({ id: 'shared' })), without(aRunbook())] });
    const summary = await loadLibrary({ file: join(folder({ 'd.json': text }), 'd.json') }, { library, catalogue });
    expect(documents.get('shared')?.kind).toBe('policy');
    expect(summary).toMatchObject({
      runbooks: 1,
      problems: [{ key: 'shared', reason: 'would replace a policy of the same id' }],
    });
  });
});

describe('a folder of Markdown runbooks', () => {
  it('gives each good file, and names each bad one', async () => {
    const dir = folder({
      'good.md': '# Good\n\ntext',
      'deep/er/Also Good.markdown': '# Also good\n\ntext',
      'ignored.txt': 'text',
      '.git/hidden.md': '# hidden',
      'bad.md': '---\ntitle: [\n---\ntext',
      'binary.md': Buffer.from([0xff, 0xfe, 0x00]),
      'big.md': 'x'.repeat(1_100_000),
      'empty.md': '',
    });
    symlinkSync('/etc/hostname', join(dir, 'link.md'));
    const { library, documents } = memoryLibrary([]);
    const summary = await loadLibrary({ dir, service: 'web' }, { library, catalogue });
    expect([...documents.keys()].sort()).toEqual(['deep/er/also-good', 'good']);
    expect(summary).toMatchObject({ runbooks: 2, services: ['web'] });
    expect(summary.problems.map(({ file }) => file.slice(dir.length + 1)).sort()).toEqual([
      'bad.md',
      'big.md',
      'binary.md',
      'empty.md',
      'link.md',
    ]);
  });

  it('refuses the second of two files with one id, and keeps the first', async () => {
    const dir = folder({ 'a.md': '---\nid: same\n---\nfirst', 'b.md': '---\nid: same\n---\nsecond' });
    const { library, documents } = memoryLibrary([]);
    const summary = await loadLibrary({ dir }, { library, catalogue });
    expect(documents.get('same')).toMatchObject({ body: 'first' });
    expect(summary.problems[0]).toMatchObject({ file: join(dir, 'b.md'), key: 'id' });
  });

  it('that is not there is named', async () => {
    const { library } = memoryLibrary([]);
    const summary = await loadLibrary({ dir: join(base, 'gone') }, { library, catalogue });
    expect(summary.problems[0]).toMatchObject({ file: join(base, 'gone'), reason: expect.stringContaining('cannot be listed') });
  });

  it('loaded twice gives the same documents', async () => {
    const dir = folder({ 'a.md': '# A\n\ntext' });
    const { library, documents } = memoryLibrary([]);
    await loadLibrary({ dir }, { library, catalogue });
    const once = structuredClone([...documents.values()]);
    await loadLibrary({ dir }, { library, catalogue });
    expect([...documents.values()]).toEqual(once);
  });
});
