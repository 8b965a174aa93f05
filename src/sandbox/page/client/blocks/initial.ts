import { entriesIn, type Fields, fieldsIn, isFields, listIn, textIn } from '../fields.ts';
import type { Choice, Choices } from './surface.ts';

/** The answer field each initial setting fills. */
const INITIAL: Record<string, string> = {
  initial_value: 'value',
  initial_option: 'selected_option',
  initial_options: 'selected_options',
  initial_date: 'selected_date',
  initial_time: 'selected_time',
  initial_date_time: 'selected_date_time',
  initial_user: 'selected_user',
  initial_users: 'selected_users',
  initial_channel: 'selected_channel',
  initial_channels: 'selected_channels',
  initial_conversation: 'selected_conversation',
  initial_conversations: 'selected_conversations',
};

/** What blocks answer before anybody has touched them: Slack submits initial settings like choices made. */
export function initialChoices(blocks: readonly unknown[]): Choices {
  const choices: Record<string, Record<string, Choice>> = {};
  for (const block of blocks.filter(isFields)) {
    for (const element of elementsOf(block)) {
      const choice = initialChoice(element);
      const blockId = textIn(block, 'block_id') ?? '';
      if (choice !== undefined) choices[blockId] = { ...choices[blockId], [textIn(element, 'action_id') ?? '']: choice };
    }
  }
  return choices;
}

/** What the workspace says has been entered in a view so far, as it says it. */
export function choicesIn(state: Fields): Choices {
  const choices: Record<string, Record<string, Choice>> = {};
  for (const blockId of Object.keys(state)) {
    const block = fieldsIn(state, blockId) ?? {};
    for (const actionId of Object.keys(block)) {
      const entry = fieldsIn(block, actionId) ?? {};
      choices[blockId] = { ...choices[blockId], [actionId]: { ...entry, type: textIn(entry, 'type') ?? '' } };
    }
  }
  return choices;
}

function elementsOf(block: Fields): Fields[] {
  const single = fieldsIn(block, 'element') ?? fieldsIn(block, 'accessory');
  const many = textIn(block, 'type') === 'actions' ? listIn(block, 'elements') : [];
  return single === undefined ? many : [single];
}

function initialChoice(element: Fields): Choice | undefined {
  const found = Object.entries(INITIAL).find(([initial]) => element[initial] !== undefined);
  const type = textIn(element, 'type');
  if (found === undefined || type === undefined) return undefined;
  const [initial, field] = found;
  const name = type === 'rich_text_input' ? 'rich_text_value' : field;
  return { type, [name]: entriesIn(element, initial) ?? element[initial] };
}
