import { type Drawn, el, use } from '../dom.ts';
import { type Fields, fieldsIn, flagIn, textIn } from '../fields.ts';
import { drawElement } from './elements/element.ts';
import { useSurface } from './surface.ts';
import { Text, type TextObject, textField } from './text.ts';

/** A labelled field of a form; its complaint stands below it, in the words of the app or of the workspace. */
export function input(block: Fields): Drawn | undefined {
  const label = textField(block, 'label');
  const element = fieldsIn(block, 'element');
  if (label?.type !== 'plain_text' || element === undefined) return undefined;
  return use(Input, { block, label, element });
}

function Input({ block, label, element }: { block: Fields; label: TextObject; element: Fields }): Drawn {
  const { errors } = useSurface();
  const blockId = textIn(block, 'block_id') ?? '';
  const error = errors[blockId];
  const hint = textField(block, 'hint');
  return el(
    'div',
    { class: `block input${error === undefined ? '' : ' has-error'}`, 'data-input-block': blockId },
    // A group of choices is no single control, so the label is a plain element; single controls sit inside it.
    el(
      isGroup(element) ? 'div' : 'label',
      { class: 'input-label' },
      el(
        'span',
        { class: 'input-name' },
        use(Text, { text: label }),
        flagIn(block, 'optional') && el('span', { class: 'input-optional' }, ' (optional)'),
      ),
      drawElement(element, blockId, flagIn(block, 'dispatch_action') ? 'both' : 'keep'),
    ),
    error !== undefined && el('div', { class: 'input-error', role: 'alert', 'data-field-error': blockId }, error),
    hint !== undefined && el('div', { class: 'input-hint' }, use(Text, { text: hint })),
  );
}

const isGroup = (element: Fields): boolean => /^(checkboxes|radio_buttons|multi_)/.test(textIn(element, 'type') ?? '');
