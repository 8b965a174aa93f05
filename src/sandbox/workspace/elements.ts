import type { Block } from '../store/messages.ts';

export type Element = { type: string; action_id?: string; [field: string]: unknown };
export type Placed = { block: Block; blockId: string; element: Element };
export type StateEntry = { type: string; [field: string]: unknown };
/** `{block_id: {action_id: entry}}`, as interactions carry it. */
export type StateValues = Record<string, Record<string, StateEntry>>;

type StateField = { field: string; initial?: string; shape: 'text' | 'option' | 'options' | 'list' };

/** Elements that hold a value, and the field of an interaction that carries it. */
const STATE_FIELDS: Record<string, StateField> = {
  plain_text_input: { field: 'value', initial: 'initial_value', shape: 'text' },
  email_text_input: { field: 'value', initial: 'initial_value', shape: 'text' },
  url_text_input: { field: 'value', initial: 'initial_value', shape: 'text' },
  number_input: { field: 'value', initial: 'initial_value', shape: 'text' },
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value', shape: 'text' },
  datepicker: { field: 'selected_date', initial: 'initial_date', shape: 'text' },
  timepicker: { field: 'selected_time', initial: 'initial_time', shape: 'text' },
  datetimepicker: { field: 'selected_date_time', initial: 'initial_date_time', shape: 'text' },
  users_select: { field: 'selected_user', initial: 'initial_user', shape: 'text' },
  channels_select: { field: 'selected_channel', initial: 'initial_channel', shape: 'text' },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation', shape: 'text' },
  static_select: { field: 'selected_option', initial: 'initial_option', shape: 'option' },
  external_select: { field: 'selected_option', initial: 'initial_option', shape: 'option' },
  radio_buttons: { field: 'selected_option', initial: 'initial_option', shape: 'option' },
  overflow: { field: 'selected_option', shape: 'option' },
  checkboxes: { field: 'selected_options', initial: 'initial_options', shape: 'options' },
  multi_static_select: { field: 'selected_options', initial: 'initial_options', shape: 'options' },
  multi_external_select: { field: 'selected_options', initial: 'initial_options', shape: 'options' },
  multi_users_select: { field: 'selected_users', initial: 'initial_users', shape: 'list' },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels', shape: 'list' },
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations', shape: 'list' },
  file_input: { field: 'files', shape: 'list' },
};
const BUTTONS = new Set(['button', 'workflow_button', 'icon_button', 'feedback_buttons']);

export function isElement(node: Record<string, unknown>): node is Element {
  return typeof node.type === 'string' && (BUTTONS.has(node.type) || Object.hasOwn(STATE_FIELDS, node.type));
}

export function holdsValue(element: Element): boolean {
  return Object.hasOwn(STATE_FIELDS, element.type);
}

/** Every interactive element of a message or view, with the block it is in. */
export function placedElements(blocks: readonly Block[]): Placed[] {
  return blocks.flatMap((block) => elementsIn(block).map((element) => ({ block, blockId: block.block_id ?? '', element })));
}

function elementsIn(node: unknown): Element[] {
  if (Array.isArray(node)) return node.flatMap(elementsIn);
  if (typeof node !== 'object' || node === null) return [];
  const record: Record<string, unknown> = { ...node };
  return isElement(record) ? [record] : Object.values(record).flatMap(elementsIn);
}

/** The state of an element before anybody touched it. */
function initialEntry(element: Element): StateEntry {
  const { field, initial, shape } = fieldOf(element);
  const empty = shape === 'options' || shape === 'list' ? [] : null;
  return { type: element.type, [field]: (initial === undefined ? undefined : element[initial]) ?? empty };
}

/** What the form would send if nothing but `given` had been entered. Buttons and overflow menus hold no state. */
export function stateValues(blocks: readonly Block[], given: StateValues = {}): StateValues {
  const values: StateValues = {};
  for (const { blockId, element } of placedElements(blocks)) {
    if (!holdsValue(element) || element.type === 'overflow' || element.action_id === undefined) continue;
    values[blockId] = { ...values[blockId], [element.action_id]: given[blockId]?.[element.action_id] ?? initialEntry(element) };
  }
  return values;
}

/**
 * One entered value as an interaction carries it. `entered` may be the plain value (an option by its value) or already
 * the carried form, such as `{selected_option: …}`.
 */
export function entryOf(element: Element, entered: unknown): StateEntry {
  const { field, shape } = fieldOf(element);
  const plain = isRecord(entered) && field in entered ? entered[field] : entered;
  if (shape === 'text') return { type: element.type, [field]: textual(plain) };
  if (shape === 'option') return { type: element.type, [field]: (emptied(plain) ?? null) ? optionOf(element, plain) : null };
  const list = Array.isArray(plain) ? plain : [plain].filter((one) => emptied(one) !== undefined);
  return { type: element.type, [field]: shape === 'options' ? list.map((one) => optionOf(element, one)) : list };
}

/** True for a field that a person left empty. */
export function isEmpty(element: Element, entry: StateEntry | undefined): boolean {
  const value = entry?.[fieldOf(element).field];
  return emptied(value) === undefined || (Array.isArray(value) && value.length === 0);
}

export function enteredText(element: Element, entry: StateEntry | undefined): string {
  const value = entry?.[fieldOf(element).field];
  return typeof value === 'string' ? value : '';
}

function fieldOf(element: Element): StateField {
  return STATE_FIELDS[element.type] ?? { field: 'value', shape: 'text' };
}

function emptied(value: unknown): unknown {
  return value === null || value === '' ? undefined : value;
}

function textual(value: unknown): unknown {
  if (value === undefined || value === '') return null;
  return typeof value === 'number' && !Number.isInteger(value) ? String(value) : value;
}

/** An option by its value; one that the menu does not show is sent all the same, as a forged client could. */
function optionOf(element: Element, value: unknown): unknown {
  if (isRecord(value)) return value;
  const shown = optionsOf(element).find((option) => isRecord(option) && option.value === value);
  return shown ?? { text: { type: 'plain_text', text: String(value), emoji: true }, value };
}

function optionsOf(element: Element): unknown[] {
  const groups = Array.isArray(element.option_groups) ? element.option_groups : [];
  const grouped = groups.flatMap((group: unknown) => (isRecord(group) && Array.isArray(group.options) ? group.options : []));
  return [...(Array.isArray(element.options) ? element.options : []), ...grouped];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
