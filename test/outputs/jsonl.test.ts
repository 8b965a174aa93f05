import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createJsonLines } from '../../src/outputs/jsonl.ts';

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'governor-jsonl-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'not', 'there', 'yet.jsonl');
}

const linesOf = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a line is in the file when its promise resolves, and the folder is made', async () => {
  const file = aFile();
  await createJsonLines({ file }).append({ n: 1, text: 'two\nlines' });
  expect(linesOf(file)).toEqual([{ n: 1, text: 'two\nlines' }]);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('many lines at once keep their order, and lines of two writers are never mixed', async () => {
  const file = aFile();
  const [a, b] = [createJsonLines({ file }), createJsonLines({ file })];
  await Promise.all(Array.from({ length: 500 }, (_unused, n) => (n % 2 === 0 ? a : b).append({ n, pad: 'x'.repeat(200) })));
  const numbers = (linesOf(file) as { n: number }[]).map(({ n }) => n);
  expect(numbers).toHaveLength(500);
  for (const rest of [0, 1]) {
    const own = numbers.filter((n) => n % 2 === rest);
    expect(own).toEqual([...own].sort((x, y) => x - y));
  }
});

test('a file that has grown long is put aside, and no line is lost', async () => {
  const file = aFile();
  const lines = createJsonLines({ file, bytesMax: 50 });
  for (const n of [1, 2, 3]) await lines.append({ n, pad: 'x'.repeat(60) });
  expect(linesOf(file)).toMatchObject([{ n: 3 }]);
  expect(linesOf(`${file}.1`)).toMatchObject([{ n: 2 }]);
});

test('a file that another process made long is put aside too, and one that somebody took away is made again', async () => {
  const file = aFile();
  const [ours, theirs] = [createJsonLines({ file, bytesMax: 1_000 }), createJsonLines({ file, bytesMax: 1_000 })];
  await ours.append({ n: 1 });
  for (const n of [2, 3, 4]) await theirs.append({ n, pad: 'x'.repeat(400) });
  await ours.append({ n: 5, pad: 'x'.repeat(20) });
  await ours.append({ n: 6 });
  expect(linesOf(`${file}.1`)).toMatchObject([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }]);
  expect(linesOf(file)).toEqual([{ n: 6 }]);
  rmSync(join(file, '..'), { recursive: true });
  await ours.append({ n: 7 });
  expect(linesOf(file)).toEqual([{ n: 7 }]);
});

test('what cannot be written is told to whoever wrote it, and the next line is tried again', async () => {
  const file = aFile();
  const inTheWay = join(file, '..');
  const lines = createJsonLines({ file });
  rmSync(inTheWay, { recursive: true, force: true });
  const parent = join(inTheWay, '..');
  writeFileSync(parent, 'a file where a folder should be');
  await expect(lines.append({ n: 1 })).rejects.toThrow();
  rmSync(parent);
  await lines.append({ n: 2 });
  await lines.close();
  expect(linesOf(file)).toEqual([{ n: 2 }]);
});
