import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { RevisionRef } from '../contracts/revision-ref.ts';
import type { Shown } from '../contracts/shown.ts';
import { bullets, paragraph, preformatted, rich, title } from './blocks.ts';
import { actionRows } from './card/action.ts';
import { fieldOf, modal, type Parsed, readMetadata, readValues, textInput } from './inputs.ts';
import { code, line, words } from './line.ts';
import { REASON_SENTENCE } from './words.ts';

export const OVERRIDE_SUBMITTED = 'override_submitted';
export const OVERRIDE_CASE_BLOCK = 'override_case';
export const OVERRIDE_REASON_BLOCK = 'override_reason';

const REASON_CHARS_MIN = 5;
const REASON_CHARS_MAX = 1_000;
const ACTION_CHARS = 2_000;

const Metadata = z.strictObject({ ref: RevisionRef, channel: z.string(), event_key: z.string() });
export type OverrideMetadata = z.infer<typeof Metadata>;

/**
 * Asks for what no reflex gives: the case's id, typed, and a reason. `event_key` names the click that opened it, so
 * that a form sent twice counts once. Null where the card has no decision yet.
 */
export function overrideModal(shown: Shown, from: { channel: string; event_key: string }): ModalView | null {
  if (shown.ref === null) return null;
  const metadata: OverrideMetadata = { ref: shown.ref, ...from };
  const rows = shown.action === null ? '' : actionRows(shown.action).join('\n');
  return modal({
    callback: OVERRIDE_SUBMITTED,
    title: 'Override the gate',
    submit: 'Override',
    metadata,
    blocks: [
      ...rich(
        title('What blocks it'),
        bullets(shown.reasons.map((reason) => line`${words(REASON_SENTENCE[reason])}`)),
        title('What runs at once'),
        preformatted(rows, ACTION_CHARS),
        paragraph(line`This is recorded for ever under your name, with your reason. Type ${code(shown.ref.case_id)} to go on.`),
      ),
      textInput({ block: OVERRIDE_CASE_BLOCK, action: 'value', label: 'Case', max: 200 }),
      textInput({
        block: OVERRIDE_REASON_BLOCK,
        action: 'value',
        label: 'Reason',
        hint: 'What you know that the evidence does not say, and who else knows it.',
        multiline: true,
        max: REASON_CHARS_MAX,
      }),
    ],
  });
}

export type OverrideSubmission = OverrideMetadata & { reason: string };

/** The submitted form: the typed case must be the one whose card was open, and a reason must be given. */
export function parseOverrideSubmission(values: unknown, privateMetadata: string): Parsed<OverrideSubmission> {
  const metadata = readMetadata(Metadata, privateMetadata);
  const read = readValues(values);
  const typed = fieldOf(read, OVERRIDE_CASE_BLOCK).trim();
  const reason = fieldOf(read, OVERRIDE_REASON_BLOCK).trim();
  const errors = {
    ...(typed === metadata.ref.case_id ? {} : { [OVERRIDE_CASE_BLOCK]: 'This is not the id of the case on the card.' }),
    ...(reason.length >= REASON_CHARS_MIN ? {} : { [OVERRIDE_REASON_BLOCK]: 'Say in a few words why it should run.' }),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return { ok: true, ...metadata, reason: reason.slice(0, REASON_CHARS_MAX) };
}
