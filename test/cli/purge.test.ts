import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { ROOT } from '../fixtures/child.ts';
import { aFolder, governor, onHome } from './governor.ts';
import { ask, countIn, indicesOf, onCluster } from './on-cluster.ts';

// Each of these starts several processes one after the other, beside whatever else this machine does.
vi.setConfig({ testTimeout: 90_000 });

const CHANGED = { evidence: [{ id: 'ev-101', service: 'payments-api', stance: 'support', text: 'It was not so after all.' }] };

function aFile(content: object): string {
  const file = join(aFolder(), 'mine.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('the sample documents of the embedded library go, and what somebody changed or added stays', async () => {
  const { run, json } = onHome();
  await run('load', '--sample');
  const own = { runbooks: [{ id: 'rb-own', service: '*', title: 'Ours', recommended_action: '', body: 'Written here.' }] };
  await run('load', '--data', aFile({ ...CHANGED, ...own }));
  expect(await json('purge', 'samples', '--dry-run')).toEqual({
    what: 'samples',
    heaps: [{ where: 'the embedded library', documents: 29 }],
    kept: ['ev-101'],
    dry_run: true,
    removed: 0,
  });
  expect(await json('purge', 'samples', '--yes')).toMatchObject({ kept: ['ev-101'], removed: 29 });
  expect((await run('documents', 'get', 'ev-102')).code).toBe(1);
  expect(await json('documents', 'get', 'ev-101')).toMatchObject({ stance: 'support' });
  expect((await run('documents', 'get', 'rb-own')).code).toBe(0);
  const again = await run('purge', 'samples');
  expect(again).toEqual({
    code: 0,
    out: 'Kept, because they were changed since they were loaded: ev-101.\nNothing to do: none of it is there.\n',
    err: '',
  });
});

test('without a terminal nothing goes unless that was said beforehand, and what would go is told', async () => {
  const { run } = onHome();
  await run('load', '--sample');
  const answer = await run('purge', 'samples');
  expect(answer).toMatchObject({ code: 2, out: '' });
  expect(answer.err).toMatch(/This removes:\n {2}30 {2}documents {2}of the embedded library\n/);
  expect(answer.err).toMatch(/governor purge: nobody can be asked here, where there is no terminal: give --yes/);
  expect((await run('documents', 'get', 'ev-101')).code).toBe(0);
});

test.each(['logs', 'library'])('%s is refused without a cluster', async (what) => {
  const { run } = onHome();
  expect(await run('purge', what, '--yes')).toMatchObject({ code: 2, out: '' });
});

describeWithElasticsearch('purge on a cluster', () => {
  const { prefix, names, run, json } = onCluster();

  test('documents and lines that others wrote stay, and the log and its copies are not touched', async () => {
    await run('load', '--sample', '--days', '1');
    await run('pause', 'a reason');
    const kept = [names.log, names.cases, names.executions, names.leases];
    const before = await Promise.all(kept.map(countIn));
    expect(before[0]).toBeGreaterThan(0);
    const foreign = { id: 'seed-1', service: 'payments-api', stance: 'support', text: 'Written by another program.' };
    await ask((client) => client.index({ index: names.evidence, id: 'seed-1', document: foreign, refresh: true }));
    const line = { '@timestamp': new Date().toISOString(), host: 'www.mine.example', response: 200 };
    await ask((client) => client.index({ index: names.logs, document: line, refresh: true }));

    const lines = (await countIn(names.logs)) - 1;
    expect(await json('purge', 'samples', '--dry-run')).toMatchObject({
      heaps: [
        { where: names.runbooks, documents: 10 },
        { where: names.evidence, documents: 16 },
        { where: names.policies, documents: 4 },
        { where: names.logs, documents: lines },
      ],
    });
    expect(await json('purge', 'samples', '--yes')).toMatchObject({ removed: 30 + lines });
    expect(await Promise.all([names.runbooks, names.evidence, names.policies, names.logs].map(countIn))).toEqual([0, 1, 0, 1]);
    expect(await Promise.all(kept.map(countIn))).toEqual(before);
    expect((await indicesOf(prefix)).length).toBe(8);
  });

  test('the whole library goes but for what others wrote and for runbooks learned from cases', async () => {
    const learned = {
      id: 'rb-learned',
      service: '*',
      title: 'Learned',
      recommended_action: '',
      body: 'From a case.',
      status: 'learned',
      from_case: 'case-1',
    };
    const own = { id: 'rb-own', service: '*', title: 'Ours', recommended_action: '', body: 'Written here.' };
    await run('load', '--data', aFile({ ...CHANGED, runbooks: [learned, own] }));
    expect(await json('purge', 'library', '--yes')).toMatchObject({
      heaps: [
        { where: names.runbooks, documents: 1 },
        { where: names.evidence, documents: 1 },
      ],
      removed: 2,
    });
    expect((await run('documents', 'get', 'rb-own')).code).toBe(1);
    expect((await run('documents', 'get', 'rb-learned')).code).toBe(0);
    expect((await run('documents', 'get', 'seed-1')).code).toBe(0);
  });

  test('logs goes alone, and is nothing to do where there is no such index', async () => {
    await ask((client) => client.indices.delete({ index: names.logs }));
    expect((await run('purge', 'logs', '--yes')).out).toBe('Nothing to do: none of it is there.\n');
    await run('load', '--logs', '--days', '1');
    const lines = await countIn(names.logs);
    expect(await json('purge', 'logs', '--yes')).toMatchObject({
      heaps: [{ where: names.logs, documents: lines }],
      removed: lines,
    });
    expect(await countIn(names.logs)).toBe(0);
  });
});

/** The same on a terminal, by the `script` of util-linux; `answer` is typed once the question stands there. */
async function onTerminal(args: readonly string[], env: Record<string, string>, answer: string) {
  const line = [process.execPath, join(ROOT, 'governor.mjs'), ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const shown = text(child.stdout);
  child.stdout.on('data', (chunk) => {
    if (String(chunk).includes('to go on: ')) child.stdin.write(`${answer}\n`);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, shown: await shown };
}

const hasTerminal = await new Promise<boolean>((resolve) => {
  const asked = spawn('script', ['-qefc', 'true', '/dev/null'], { stdio: 'ignore' });
  asked.on('error', () => resolve(false)).on('close', (code) => resolve(code === 0));
});

test.runIf(hasTerminal).each([
  ['another word', 'no', 1, 0],
  ['the word', 'yes', 0, 1],
])('on a terminal %s is taken for what it is', async (_claim, answer, code, gone) => {
  const { env, run } = onHome();
  await run('load', '--sample');
  const asked = await onTerminal(['purge', 'samples'], env, answer);
  expect(asked.code).toBe(code);
  expect(asked.shown).toContain('It cannot be brought back. Type yes to go on: ');
  expect((await run('documents', 'get', 'ev-101')).code).toBe(gone);
});

test('a purge without a word of what is wrong usage', async () => {
  expect((await governor(['purge'])).code).toBe(2);
});
