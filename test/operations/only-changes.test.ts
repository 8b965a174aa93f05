import { expect, test } from 'vitest';
import type { LibraryDocument, Runbook } from '../../contracts/documents.ts';
import { onlyChanges } from '../../src/operations/only-changes.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const STORED: Runbook = {
  kind: 'runbook',
  id: 'rb-1',
  service: '*',
  title: 'Restart',
  recommended_action: '',
  body: 'Restart it.',
  stored_at: '2026-01-01T00:00:00.000Z',
  failures: 2,
};
const { stored_at: _stored, failures: _failures, ...PLAIN } = STORED;

async function offered(document: LibraryDocument, dryRun = false) {
  const { library } = memoryLibrary([STORED]);
  const tally = { changed: 0 };
  await onlyChanges(library, tally, dryRun).put([document]);
  return { changed: tally.changed, stored: (await library.get([document.id]))[0] };
}

test.each<[string, LibraryDocument, number]>([
  ['the same document', STORED, 0],
  ['one that leaves the bookkeeping out', PLAIN, 0],
  ['another text', { ...PLAIN, body: 'Do not restart it.' }, 1],
  ['another service', { ...PLAIN, service: 'billing' }, 1],
  ['another time of storing', { ...PLAIN, stored_at: '2025-01-01T00:00:00.000Z' }, 1],
  ['another count of failures', { ...PLAIN, failures: 0 }, 1],
  ['a new id', { ...PLAIN, id: 'rb-2' }, 1],
])('%s counts as it should', async (_claim, document, changed) => {
  expect((await offered(document)).changed).toBe(changed);
});

test('what a file leaves out is not taken from the store', async () => {
  expect((await offered(PLAIN)).stored).toEqual(STORED);
});

test('a trial run counts and stores nothing', async () => {
  const { changed, stored } = await offered({ ...PLAIN, body: 'Do not restart it.' }, true);
  expect({ changed, stored }).toEqual({ changed: 1, stored: STORED });
});
