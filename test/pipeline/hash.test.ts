import { describe, expect, test } from 'vitest';
import { documentHash, hashOf, sha256 } from '../../pipeline/hash.ts';
import { anEvidence, aRunbook } from '../fixtures/builders.ts';

test('the hash is SHA-256 over UTF-8, in lower-case hex', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

test('equal values have equal hashes, whatever order they were made in', () => {
  expect(hashOf({ a: 1, b: [2] })).toBe(hashOf({ b: [2], a: 1 }));
  expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: '1' }));
});

describe('the hash of a document', () => {
  test('covers what it says', () => {
    const hash = documentHash(aRunbook());
    for (const change of [
      { title: 'x' },
      { body: 'x' },
      { service: 'x' },
      { recommended_action: 'x' },
      { status: 'learned' as const },
    ])
      expect(documentHash(aRunbook(change))).not.toBe(hash);
    expect(documentHash(anEvidence({ stance: 'contradict' }))).not.toBe(documentHash(anEvidence({ stance: 'support' })));
  });

  test('leaves out when it was stored and how often its action failed', () => {
    expect(documentHash(aRunbook({ stored_at: '2030-01-01T00:00:00.000Z', failures: 7 }))).toBe(documentHash(aRunbook()));
  });
});
