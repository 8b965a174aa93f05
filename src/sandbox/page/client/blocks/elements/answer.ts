import type { Fields } from '../../fields.ts';
import { fieldsIn, textIn } from '../../fields.ts';
import { type Choice, type Press, type Surface, useSurface } from '../surface.ts';
import { labelOf } from '../text.ts';
import type { Mode } from './element.ts';

/** An interactive element on its surface: what it is called, what was chosen in it, and what a choice does. */
export type Answer = {
  ids: { 'data-block-id': string; 'data-action-id': string };
  chosen: Choice | undefined;
  pending: boolean;
  give: (fields: Fields) => void;
};

/**
 * Every choice is remembered by the surface, because Slack sends what else was chosen along with a press. One that is
 * sent waits for the element's own confirmation if it has one.
 */
export function useAnswer(element: Fields, blockId: string, mode: Mode): Answer {
  const surface = useSurface();
  const actionId = textIn(element, 'action_id') ?? '';
  const give = (fields: Fields): void => {
    const press = { blockId, actionId, choice: { type: textIn(element, 'type') ?? '', ...fields } };
    surface.choose(press);
    if (mode !== 'keep') send(surface, element, press);
  };
  return {
    ids: { 'data-block-id': blockId, 'data-action-id': actionId },
    chosen: surface.choices[blockId]?.[actionId],
    pending: surface.pending === `${blockId}/${actionId}`,
    give,
  };
}

function send(surface: Surface, element: Fields, press: Press): void {
  const confirm = fieldsIn(element, 'confirm');
  if (confirm === undefined) {
    surface.act(press);
    return;
  }
  surface.ask({
    title: labelOf(confirm, 'title') ?? 'Are you sure?',
    text: confirm.text,
    confirm: labelOf(confirm, 'confirm') ?? 'Yes',
    deny: labelOf(confirm, 'deny') ?? 'Cancel',
    danger: textIn(confirm, 'style') === 'danger',
    onConfirm: () => surface.act(press),
  });
}
