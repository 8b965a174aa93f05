import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../contracts/entry.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import { findChainFault, GENESIS, hashOfRow, rowOf, seal } from '../../pipeline/chain.ts';
import { sha256 } from '../../pipeline/hash.ts';

const note = (problem: string): EntryBody => ({ kind: 'failed', step: 'plan', problem });
const draft = (seq: number) => ({
  case_id: 'case-1',
  entry_id: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
  at: '2026-01-01T00:00:00.000Z',
  body: note(`entry ${seq}`),
});

function chain(length: number): Entry[] {
  const entries: Entry[] = [];
  for (let seq = 0; seq < length; seq += 1) entries.push(seal(draft(seq), seq, entries.at(-1)?.hash ?? GENESIS));
  return entries;
}

describe('sealing', () => {
  test('the hash is that of the canonical JSON of everything but the hash', () => {
    const { hash, ...open } = seal(draft(3), 3, GENESIS);
    expect(hash).toBe(sha256(canonicalJson(open)));
  });

  test('holds for rows of any text, so that a tampered row cannot pass for another', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, text, fc.jsonValue(), fc.nat(), (case_id, entry_id, at, prev_hash, body, seq) => {
        const whole = { case_id, seq, entry_id, at, prev_hash, body };
        expect(hashOfRow({ ...whole, body: canonicalJson(body) })).toBe(sha256(canonicalJson(whole)));
      }),
    );
  });

  test('the hash of a known entry never changes', () => {
    expect(seal(draft(0), 0, GENESIS).hash).toBe('d32a0717626a76b87115e1ed4c5f10560377b63ba21ce4de3076b91a0ea1a4af');
  });
});

describe('a chain', () => {
  test('that was sealed in order has no fault', () => {
    expect(findChainFault('case-1', chain(10))).toBeUndefined();
    expect(findChainFault('case-1', [])).toBeUndefined();
  });

  test.each<[string, (entries: Entry[]) => Entry[], { seq: number; fault: string }]>([
    ['a missing first entry', (entries) => entries.slice(1), { seq: 0, fault: 'wrong_seq' }],
    ['a missing entry', (entries) => entries.toSpliced(3, 1), { seq: 3, fault: 'wrong_seq' }],
    ['an entry twice', (entries) => entries.toSpliced(3, 0, entries[2]!), { seq: 3, fault: 'wrong_seq' }],
    ['two entries swapped', (entries) => entries.with(1, entries[2]!).with(2, entries[1]!), { seq: 1, fault: 'wrong_seq' }],
    ['an edited body', (entries) => entries.with(2, { ...entries[2]!, body: note('other') }), { seq: 2, fault: 'wrong_hash' }],
    [
      'an edited time',
      (entries) => entries.with(2, { ...entries[2]!, at: '2027-01-01T00:00:00.000Z' }),
      { seq: 2, fault: 'wrong_hash' },
    ],
    ['an edited hash', (entries) => entries.with(2, { ...entries[2]!, hash: GENESIS }), { seq: 2, fault: 'wrong_hash' }],
    [
      'an edited link',
      (entries) => entries.with(2, { ...entries[2]!, prev_hash: GENESIS }),
      { seq: 2, fault: 'wrong_prev_hash' },
    ],
    [
      'an entry sealed anew in the middle',
      (entries) => entries.with(2, seal({ ...draft(2), body: note('other') }, 2, entries[1]!.hash)),
      { seq: 3, fault: 'wrong_prev_hash' },
    ],
    [
      'an entry of another case',
      (entries) => entries.with(2, seal({ ...draft(2), case_id: 'case-2' }, 2, entries[1]!.hash)),
      { seq: 2, fault: 'wrong_seq' },
    ],
  ])('%s is named by its first place', (_what, change, expected) => {
    expect(findChainFault('case-1', change(chain(6)))).toEqual({ case_id: 'case-1', ...expected });
  });

  test('is whole again once read back from its rows', () => {
    const back = chain(4)
      .map(rowOf)
      .map((row) => ({ ...row, body: JSON.parse(row.body) as EntryBody }));
    expect(findChainFault('case-1', back)).toBeUndefined();
  });
});
