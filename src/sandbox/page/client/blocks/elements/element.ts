import type { Drawn } from '../../dom.ts';
import { type Fields, isFields, textIn } from '../../fields.ts';
import { invalidBox } from '../invalid.ts';
import { feedbackButtons, iconButton, pressButton } from './button.ts';
import { choiceList } from './choice-list.ts';
import { dateInput } from './dates.ts';
import { imageElement } from './image.ts';
import { overflow } from './overflow.ts';
import { multiSelect, select } from './select.ts';
import { textInput } from './text-input.ts';

/** What a choice does: it is sent at once, kept until submit, or both (an input block with dispatch_action). */
export type Mode = 'send' | 'keep' | 'both';
/** An element and the block it stands in. */
export type ElementProps = { element: Fields; blockId: string; mode: Mode };
type Renderer = (props: ElementProps) => Drawn | undefined;

const RENDERERS: Record<string, Renderer> = {
  button: pressButton,
  workflow_button: pressButton,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow,
  image: imageElement,
  static_select: select,
  external_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: multiSelect,
  multi_external_select: multiSelect,
  multi_users_select: multiSelect,
  multi_channels_select: multiSelect,
  multi_conversations_select: multiSelect,
  checkboxes: choiceList,
  radio_buttons: choiceList,
  datepicker: dateInput,
  timepicker: dateInput,
  datetimepicker: dateInput,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: textInput,
};

/** Draws one element; one that is unknown or lacks what its type needs becomes a loud box. */
export function drawElement(element: unknown, blockId: string, mode: Mode): Drawn {
  const type = isFields(element) ? (textIn(element, 'type') ?? '') : '';
  if (!isFields(element) || !Object.hasOwn(RENDERERS, type)) return invalidBox('This element cannot be drawn', element);
  return RENDERERS[type]?.({ element, blockId, mode }) ?? invalidBox('This element is invalid', element);
}
