import type { ModalView } from '@slack/types';
import { describe, expect, test } from 'vitest';
import * as editing from '../../views/edit-runbook-modal.ts';
import { CASE_ID, DIGEST } from '../fixtures/shown-parts.ts';
import { RUNBOOK } from '../fixtures/shown-stages.ts';
import { metadataOf, NOBODY, typed } from './forms.ts';
import { NAUGHTY } from './naughty.ts';
import { viewFaults } from './slack-safe.ts';

const ref = { case_id: CASE_ID, revision: 1, digest: DIGEST };

describe('the form that edits a runbook', () => {
  const from = { ref, channel: 'C0INCIDENTS' };
  const submitted = (view: ModalView, change: Record<string, string> = {}) => {
    const inputs = view.blocks.flatMap((block) => ('element' in block ? [block] : []));
    const values = inputs.map(({ block_id, element }) => [
      block_id,
      'initial_value' in element ? String(element.initial_value) : null,
    ]);
    return editing.parseEditRunbookSubmission(typed({ ...Object.fromEntries(values), ...change }), metadataOf(view));
  };

  test.each<[string, string]>([
    ['short', RUNBOOK.text],
    ['of many lines', 'a line of a runbook\n'.repeat(600).trim()],
    ['without any line end', 'x'.repeat(9_000)],
  ])('a text that is %s comes back as it went out', (_what, text) => {
    const view = editing.editRunbookModal({ ...RUNBOOK, text }, from);
    expect(viewFaults(view, 'modal', NOBODY)).toEqual([]);
    expect(submitted(view)).toEqual({ ok: true, ...from, runbook_id: RUNBOOK.runbook_id, title: RUNBOOK.title, text });
  });

  test('line ends that were trimmed on the way are put back', () => {
    const text = 'a line of a runbook\n'.repeat(300).trim();
    const view = editing.editRunbookModal({ ...RUNBOOK, text }, from);
    const first = view.blocks.flatMap((block) =>
      'element' in block && 'initial_value' in block.element ? [String(block.element.initial_value)] : [],
    )[1];
    expect(submitted(view, { [editing.runbookBodyBlock(0)]: (first ?? '').trim() })).toMatchObject({ ok: true, text });
  });

  test('a text too long for a form is not cut: it cannot be edited here', () => {
    const view = editing.editRunbookModal({ ...RUNBOOK, text: 'x'.repeat(100_000) }, from);
    expect(view.submit).toBeUndefined();
    expect(JSON.stringify(view)).toContain('too long for a form');
  });

  test('an empty title or text is refused at the field', () => {
    const view = editing.editRunbookModal(RUNBOOK, from);
    const parsed = submitted(view, { [editing.RUNBOOK_TITLE_BLOCK]: ' ', [editing.runbookBodyBlock(0)]: '' });
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual([editing.RUNBOOK_TITLE_BLOCK, editing.runbookBodyBlock(0)]);
  });

  test.each(NAUGHTY.map((text, index) => [index, text] as const))(
    'hostile text %i makes a form that Slack takes',
    (_index, text) => {
      expect(viewFaults(editing.editRunbookModal({ runbook_id: 'rbk-1', title: text, text }, from), 'modal', NOBODY)).toEqual([]);
    },
  );
});
