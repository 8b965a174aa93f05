import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { GENESIS, seal } from '../../../pipeline/chain.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Batches, Written } from '../../../src/stores/elasticsearch/batches.ts';
import type { EntryReader } from '../../../src/stores/elasticsearch/entry-reader.ts';
import { createEntryWriter } from '../../../src/stores/elasticsearch/entry-writer.ts';
import { createKeptEntries } from '../../../src/stores/elasticsearch/kept-entries.ts';
import { entryName, type Stored } from '../../../src/stores/elasticsearch/log-documents.ts';
import { deadlineIn } from '../../../src/stores/elasticsearch/patience.ts';
import { prepareEntry } from '../../../src/stores/prepare-entry.ts';
import { note, options } from './log-stage.ts';

const CASE = 'case-1';
const stored = (seq: number, prevHash: string, term: number): Stored => {
  const draft = { case_id: CASE, entry_id: randomUUID(), at: new Date().toISOString(), body: note(`${seq}`) };
  return { entry: seal(draft, seq, prevHash), open: true, term, chars: 10 };
};
const created = (term: number): Written => ({ status: 201, at: { seqNo: 9, term }, error: undefined });
const lost = () => new GovernorError('store_away', 'told by the test');

/** A writer over a log that the test changes under it, as a failover does. */
function stage(there: Map<string, Stored>, answers: (Written | GovernorError)[]) {
  const kept = createKeptEntries();
  const writes: string[] = [];
  const writeOne: Batches['writeOne'] = async ({ id }) => {
    writes.push(id);
    const answer = answers.shift();
    if (answer instanceof GovernorError) throw answer;
    if (answer === undefined) throw new Error('written too often');
    return answer;
  };
  const one: EntryReader['one'] = async (caseId, seq) => there.get(entryName(caseId, seq)) ?? null;
  const reader: EntryReader = {
    one,
    many: (caseId, seqs) => Promise.all(seqs.map((seq) => one(caseId, seq))),
    read: async () => [],
  };
  const batches: Batches = { writeOne, write: () => Promise.reject(new Error('not asked')), drained: async () => undefined };
  const writer = createEntryWriter({ batches, reader, kept, index: 'log' });
  const write = (before: Stored) => {
    const prepared = prepareEntry(CASE, before.entry.seq + 1, note('next'), options());
    const draft = { case_id: CASE, entry_id: prepared.options.entryId, at: prepared.options.at, body: prepared.body };
    const entry = seal(draft, prepared.seq, before.entry.hash, prepared.text);
    return writer.write({ prepared, entry, before }, deadlineIn(2_000));
  };
  return { kept, writes, write };
}

describe('an entry behind one that was seen on a primary that is gone', () => {
  const before = stored(0, GENESIS, 1);

  test('is not sent again once the one before is not there any more', async () => {
    const { write, writes, kept } = stage(new Map(), [lost()]);
    kept.keep(before);
    expect(await write(before)).toEqual({ ok: false });
    expect(writes).toHaveLength(1);
    // What was believed of the log is believed no more.
    expect(kept.end(CASE)).toBeUndefined();
  });

  test('is not sent again where another one stands there now', async () => {
    const { write, writes } = stage(new Map([[entryName(CASE, 0), stored(0, GENESIS, 2)]]), [lost()]);
    expect(await write(before)).toEqual({ ok: false });
    expect(writes).toHaveLength(1);
  });

  test('is not acknowledged where the next primary took it without the one before', async () => {
    const { write, kept } = stage(new Map(), [created(2)]);
    kept.keep(before);
    await expect(write(before)).rejects.toMatchObject({ code: 'log_broken' });
    expect(kept.end(CASE)).toBeUndefined();
  });

  test('is acknowledged where the next primary has both', async () => {
    const { write } = stage(new Map([[entryName(CASE, 0), before]]), [lost(), created(2)]);
    expect(await write(before)).toMatchObject({ ok: true });
  });
});
