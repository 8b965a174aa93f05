import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { LEARNED_CHARS_MAX } from '../contracts/documents.ts';
import { RevisionRef } from '../contracts/revision-ref.ts';
import { paragraph, rich } from './blocks.ts';
import { type FormErrors, fieldOf, modal, type Parsed, readMetadata, readValues, textInput } from './inputs.ts';
import { line } from './line.ts';
import { pieces, prose } from './text.ts';

export const EDIT_RUNBOOK_SUBMITTED = 'edit_runbook_submitted';
export const RUNBOOK_TITLE_BLOCK = 'runbook_title';
const BODY_BLOCK = 'runbook_body';
export const runbookBodyBlock = (part: number): string => `${BODY_BLOCK}_${part}`;

const TITLE_CHARS_MAX = 500;
/** Less than an input holds, so that there is room to write. */
const PART_CHARS = 2_400;
/** Ours: a form of more inputs than this is no place to edit a text. */
const PARTS_MAX = 12;

const Metadata = z.strictObject({
  ref: RevisionRef,
  channel: z.string(),
  runbook_id: z.string(),
  /** One for each input: whether its text ends with a line. */
  line_ends: z.array(z.boolean()).max(PARTS_MAX),
});
export type EditRunbookMetadata = z.infer<typeof Metadata>;
export type EditRunbookFrom = Pick<EditRunbookMetadata, 'ref' | 'channel'>;

/** The learned runbook to be edited and accepted in one go. A long text is laid out over several inputs, in order. */
export function editRunbookModal(runbook: { runbook_id: string; title: string; text: string }, from: EditRunbookFrom): ModalView {
  const parts = pieces(prose(runbook.text), PART_CHARS);
  const metadata = { ...from, runbook_id: runbook.runbook_id };
  if (parts.length > PARTS_MAX) return tooLong({ ...metadata, line_ends: [] });
  const shown = parts.length === 0 ? [''] : parts;
  const inputs = shown.map((value, index) =>
    textInput({
      block: runbookBodyBlock(index),
      action: 'value',
      label: shown.length === 1 ? 'Text' : `Text, part ${index + 1} of ${shown.length}`,
      multiline: true,
      optional: index > 0,
      value,
    }),
  );
  const heading = textInput({
    block: RUNBOOK_TITLE_BLOCK,
    action: 'value',
    label: 'Title',
    max: TITLE_CHARS_MAX,
    value: runbook.title,
  });
  return modal({
    callback: EDIT_RUNBOOK_SUBMITTED,
    title: 'Edit and accept',
    submit: 'Accept',
    metadata: { ...metadata, line_ends: shown.map((part) => part.endsWith('\n')) } satisfies EditRunbookMetadata,
    blocks: [heading, ...inputs],
  });
}

const tooLong = (metadata: EditRunbookMetadata): ModalView =>
  modal({
    callback: EDIT_RUNBOOK_SUBMITTED,
    title: 'Edit and accept',
    metadata,
    blocks: rich(
      paragraph(line`This text is too long for a form. Accept or discard it on the card; a file can be loaded instead.`),
    ),
  });

export type EditRunbookSubmission = EditRunbookFrom & { runbook_id: string; title: string; text: string };

/** The edited runbook, its parts put together again. */
export function parseEditRunbookSubmission(values: unknown, privateMetadata: string): Parsed<EditRunbookSubmission> {
  const { ref, channel, runbook_id, line_ends } = readMetadata(Metadata, privateMetadata);
  const read = readValues(values);
  // What only looks like a text is none.
  const title = prose(fieldOf(read, RUNBOOK_TITLE_BLOCK)).trim();
  const text = prose(line_ends.map((ended, index) => withEnd(fieldOf(read, runbookBodyBlock(index)), ended)).join('')).trim();
  const errors: FormErrors = {
    ...(title === '' ? { [RUNBOOK_TITLE_BLOCK]: 'A runbook needs a title.' } : {}),
    ...(text === '' ? { [runbookBodyBlock(0)]: 'A runbook needs a text.' } : {}),
    ...(text.length > LEARNED_CHARS_MAX ? { [runbookBodyBlock(0)]: 'The text is too long.' } : {}),
  };
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, ref, channel, runbook_id, title, text };
}

/** A part keeps the line end it was split at, also where it was trimmed on its way. */
const withEnd = (part: string, ended: boolean): string => (ended && part !== '' && !part.endsWith('\n') ? `${part}\n` : part);
