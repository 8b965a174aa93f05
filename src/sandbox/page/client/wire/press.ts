import type { Choices, Press } from '../blocks/surface.ts';
import type { Fields } from '../fields.ts';

/** The fields of a click: the ids, the element's own answer, and what else stands in the same message or view. */
export function pressFields({ blockId, actionId, choice }: Press, choices: Choices): Fields {
  const { type: _type, ...answer } = choice;
  const place = blockId === '' ? {} : { block_id: blockId };
  return { action_id: actionId, ...place, ...answer, values: submitValues(choices) };
}

/** What was chosen, as `{block_id: {action_id: answer}}` with each answer in the form Slack carries it. */
export const submitValues = (choices: Choices): Fields => ({ ...choices });
