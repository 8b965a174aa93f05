import { z } from 'zod';
import type { Block } from '../store/messages.ts';
import {
  type Element,
  enteredText,
  entryOf,
  holdsValue,
  isEmpty,
  type Placed,
  placedElements,
  type StateEntry,
  type StateValues,
} from '../workspace/elements.ts';

/** `{block_id: {action_id: value}}`: the plain value, an option by its value, or the carried form. */
export const Values = z.record(z.string(), z.record(z.string(), z.unknown()));
export type Values = z.infer<typeof Values>;

/** What a person entered, as interactions carry it; fields that the form does not show are left out. */
export function enteredValues(blocks: readonly Block[], values: Values): StateValues {
  const entered: StateValues = {};
  for (const { blockId, element } of placedElements(blocks).filter((placed) => holdsValue(placed.element))) {
    const given = values[blockId];
    const actionId = element.action_id ?? '';
    if (given === undefined || !(actionId in given)) continue;
    entered[blockId] = { ...entered[blockId], [actionId]: entryOf(element, given[actionId]) };
  }
  return entered;
}

/** Why Slack's client would not even send the form: by block id, in Slack's words. */
export function formErrors(blocks: readonly Block[], values: StateValues): Record<string, string> {
  const inputs = placedElements(blocks).filter(({ block }) => block.type === 'input');
  const errors = inputs.map((placed): [string, string | undefined] => [placed.blockId, fieldError(placed, values)]);
  return Object.fromEntries(errors.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function fieldError({ block, blockId, element }: Placed, values: StateValues): string | undefined {
  const entry = values[blockId]?.[element.action_id ?? ''];
  if (isEmpty(element, entry)) return block.optional === true ? undefined : 'Please complete this required field.';
  return CHECKS[element.type]?.(element, enteredText(element, entry), entry);
}

type Check = (element: Element, text: string, entry: StateEntry | undefined) => string | undefined;

const CHECKS: Record<string, Check> = {
  plain_text_input: ({ min_length: min, max_length: max }, text) => {
    if (typeof min === 'number' && text.length < min) return `Please enter at least ${min} characters.`;
    return typeof max === 'number' && text.length > max ? `Please enter ${max} characters or fewer.` : undefined;
  },
  email_text_input: (_element, text) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'Please enter a valid email address.',
  url_text_input: (_element, text) => (/^https?:\/\/\S+$/.test(text) ? undefined : 'Please enter a valid URL.'),
  number_input: (element, text, entry) => numberError(element, text === '' ? String(entry?.value) : text),
};

function numberError(
  { is_decimal_allowed: decimals, min_value: min, max_value: max }: Element,
  text: string,
): string | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return 'Please enter a number.';
  if (decimals !== true && !Number.isInteger(value)) return 'Please enter a whole number.';
  if (typeof min === 'string' && value < Number(min)) return `Please enter a number of at least ${min}.`;
  return typeof max === 'string' && value > Number(max) ? `Please enter a number of at most ${max}.` : undefined;
}
