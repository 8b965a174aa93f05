import { describe, expect, test } from 'vitest';
import type { EntryBody } from '../../contracts/entry.ts';
import { paragraph, rich } from '../../views/blocks.ts';
import { documentLine } from '../../views/card/evidence.ts';
import { evidenceCard } from '../../views/evidence-card.ts';
import { noteOf } from '../../views/notes.ts';
import { shown } from '../fixtures/shown.ts';
import { RUNBOOK } from '../fixtures/shown-stages.ts';
import { readable } from './readable.ts';

const OPTIONS = { showsSeq: 3, classic: false, pictures: true, ticketHosts: [], kibana: null };
const cardWith = (change: Partial<typeof RUNBOOK> & { decision?: 'accepted' | null }) =>
  readable(evidenceCard(shown('resolved_with_a_runbook', { learned: { ...RUNBOOK, ...change } }), OPTIONS));

describe('the card of a resolved case', () => {
  test('asks for its runbook the first time', () => {
    expect(cardWith({})).toContain('waits to be accepted');
    expect(cardWith({})).not.toContain('again');
  });

  test('asks for it again where it stopped helping, and says how often', () => {
    expect(cardWith({ failures: 3 })).toContain('waits to be accepted again: it did not help the last 3 times');
    expect(cardWith({ failures: 3 })).toContain('The runbook learned from it waits to be accepted again.');
  });

  test('asks for nothing where it was decided', () => {
    expect(cardWith({ decision: 'accepted' })).not.toContain('waits to be accepted');
  });
});

test('the thread tells what made people ask again, and in which case', () => {
  const body: EntryBody = { kind: 'learning_doubted', revision: 1, runbook_id: 'learned:inc-1', failures: 3, case_id: 'inc-9' };
  const note = noteOf(body, 7);
  expect(readable(note?.blocks ?? [])).toContain(
    'The learned runbook learned:inc-1 did not help the last 3 times, most recently in case inc-9.',
  );
});

test.each([
  [1, 'did not help the last time'],
  [2, 'did not help the last 2 times'],
])('a document that failed %i times says so beside its name', (failures, words) => {
  const [document] = shown('pending_approval').documents;
  if (document === undefined) throw new Error('the fixture has no document');
  expect(readable(rich(paragraph(documentLine({ ...document, failures }))))).toContain(words);
});
