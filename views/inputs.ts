import type { InputBlock, ModalView, Option, PlainTextInput, PlainTextOption, StaticSelect } from '@slack/types';
import { z } from 'zod';
import { plain } from './blocks.ts';
import { cut, LIMITS, prose } from './text.ts';

// The parts of forms, and the one door through which their values come back.

type Common = { block: string; action: string; label: string; hint?: string; optional?: boolean };

function input({ block, label, hint, optional = false }: Common, element: InputBlock['element'], dispatch = false): InputBlock {
  return {
    type: 'input',
    block_id: block,
    label: plain(label, LIMITS.label),
    element,
    optional,
    ...(hint === undefined ? {} : { hint: plain(hint, LIMITS.hint) }),
    ...(dispatch ? { dispatch_action: true } : {}),
  };
}

export type TextSpec = Common & { value?: string; placeholder?: string; multiline?: boolean; max?: number };

export function textInput(spec: TextSpec): InputBlock {
  const { action, value, placeholder, multiline = false, max = LIMITS.input } = spec;
  const initial = value === undefined ? '' : cut(prose(value), max);
  const element: PlainTextInput = {
    type: 'plain_text_input',
    action_id: action,
    multiline,
    max_length: max,
    ...(initial === '' ? {} : { initial_value: initial }),
    ...(placeholder === undefined ? {} : { placeholder: plain(placeholder, LIMITS.placeholder) }),
  };
  return input(spec, element);
}

export type NumberSpec = Common & { decimal: boolean; min: number; max: number; value?: number | undefined };

export function numberInput(spec: NumberSpec): InputBlock {
  const { action, decimal, min, max, value } = spec;
  return input(spec, {
    type: 'number_input',
    action_id: action,
    is_decimal_allowed: decimal,
    min_value: String(min),
    max_value: String(max),
    ...(value === undefined ? {} : { initial_value: String(value) }),
  });
}

export type Choice = { value: string; label: string; description?: string };

export const option = ({ value, label, description }: Choice): PlainTextOption => ({
  text: plain(label, LIMITS.option),
  value,
  ...(description === undefined ? {} : { description: plain(description, LIMITS.option) }),
});

/** Choices whose value Slack would refuse are left out: a value cut short would be another value. */
const sendable = (choices: readonly Choice[]): Choice[] =>
  choices.filter(({ value }) => value.length > 0 && value.length <= LIMITS.optionValue);

export type SelectSpec = Common & {
  choices: readonly Choice[];
  value?: string | undefined;
  placeholder?: string;
  /** Tells the app at once what was chosen, before the form is sent. */
  dispatch?: boolean;
};

/** A select; more than a hundred choices are offered in groups. Null where there is nothing to choose from. */
export function select(spec: SelectSpec): InputBlock | null {
  const choices = sendable(spec.choices);
  if (choices.length === 0) return null;
  const chosen = choices.find(({ value }) => value === spec.value);
  const element: StaticSelect = {
    type: 'static_select',
    action_id: spec.action,
    ...(choices.length <= LIMITS.options ? { options: choices.map(option) } : { option_groups: groups(choices) }),
    ...(chosen === undefined ? {} : { initial_option: option(chosen) }),
    ...(spec.placeholder === undefined ? {} : { placeholder: plain(spec.placeholder, LIMITS.placeholder) }),
  };
  return input(spec, element, spec.dispatch);
}

function groups(choices: readonly Choice[]): { label: ReturnType<typeof plain>; options: PlainTextOption[] }[] {
  const count = Math.min(LIMITS.optionGroups, Math.ceil(choices.length / LIMITS.options));
  return Array.from({ length: count }, (_unused, index) => {
    const of = choices.slice(index * LIMITS.options, (index + 1) * LIMITS.options);
    return { label: plain(`${of[0]?.label ?? ''} – ${of.at(-1)?.label ?? ''}`, LIMITS.option), options: of.map(option) };
  });
}

const RADIO_MAX = 10;

export function radio(spec: Common & { choices: readonly Choice[]; value?: string | undefined }): InputBlock {
  const options: Option[] = spec.choices.slice(0, RADIO_MAX).map(option);
  const chosen = spec.choices.find(({ value }) => value === spec.value);
  return input(spec, {
    type: 'radio_buttons',
    action_id: spec.action,
    options,
    ...(chosen === undefined ? {} : { initial_option: option(chosen) }),
  });
}

export type ModalSpec = {
  callback: string;
  title: string;
  submit?: string;
  /** Ids only, never content; comes back with the submission. */
  metadata: unknown;
  blocks: ModalView['blocks'];
};

export function modal({ callback, title, submit, metadata, blocks }: ModalSpec): ModalView {
  const hidden = JSON.stringify(metadata);
  if (hidden.length > LIMITS.privateMetadata) throw new RangeError('the hidden part of a form is longer than Slack keeps');
  return {
    type: 'modal',
    callback_id: callback,
    private_metadata: hidden,
    title: plain(title, LIMITS.modalTitle),
    close: plain('Cancel', LIMITS.modalTitle),
    ...(submit === undefined ? {} : { submit: plain(submit, LIMITS.modalTitle) }),
    blocks: blocks.slice(0, LIMITS.viewBlocks),
  };
}

/** What Slack puts under an input where the form cannot be taken: block id → sentence. */
export type FormErrors = Record<string, string>;
export type Parsed<T> = ({ ok: true } & T) | { ok: false; errors: FormErrors };

const Field = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
});
const Values = z.record(z.string(), z.record(z.string(), Field));
export type Values = z.infer<typeof Values>;

/** `view.state.values` as Slack sent it. Throws where it has another shape: no form of ours does that. */
export const readValues = (values: unknown): Values => Values.parse(values);

/** What one input holds, or an empty text: Slack sends null for an input left alone. */
export function fieldOf(values: Values, block: string): string {
  const field = Object.values(values[block] ?? {})[0];
  return field?.selected_option?.value ?? field?.value ?? '';
}

/** `private_metadata` as one of our forms wrote it. */
export function readMetadata<T>(schema: z.ZodType<T>, metadata: string): T {
  return schema.parse(JSON.parse(metadata));
}
