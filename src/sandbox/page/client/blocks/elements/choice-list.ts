import { useId } from 'preact/hooks';
import { type Drawn, el, use } from '../../dom.ts';
import { textIn } from '../../fields.ts';
import { Text } from '../text.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';
import { chosenValues, type Option, readOptions } from './options.ts';

/** Checkboxes and radio buttons. */
export function choiceList(props: ElementProps): Drawn | undefined {
  const options = readOptions(props.element, 'options');
  return options === undefined || options.length === 0 ? undefined : use(ChoiceList, { ...props, options });
}

function ChoiceList({ element, blockId, mode, options }: ElementProps & { options: Option[] }): Drawn {
  const { ids, chosen, pending, give } = useAnswer(element, blockId, mode);
  const group = useId();
  const single = textIn(element, 'type') === 'radio_buttons';
  const selected = chosenValues(chosen, element);
  const toggle = (option: Option): void => {
    if (single) give({ selected_option: option.raw });
    else
      give({
        selected_options: options
          .filter(({ value }) => (value === option.value) !== selected.includes(value))
          .map(({ raw }) => raw),
      });
  };
  return el(
    'div',
    { ...ids, class: 'choices', role: single ? 'radiogroup' : 'group' },
    options.map((option) => {
      const input = {
        type: single ? 'radio' : 'checkbox',
        name: group,
        value: option.value,
        checked: selected.includes(option.value),
        disabled: pending,
      };
      return el(
        'label',
        { key: option.value, class: 'choice' },
        el('input', { ...input, onChange: () => toggle(option) }),
        el(
          'span',
          null,
          use(Text, { text: option.text }),
          option.description !== undefined &&
            el('span', { class: 'choice-description' }, use(Text, { text: option.description })),
        ),
      );
    }),
  );
}
