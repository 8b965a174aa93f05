import { useState } from 'preact/hooks';
import { type Drawn, el, use } from '../../dom.ts';
import { icon } from '../../ui/icon.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';
import { type Option, readOptions } from './options.ts';

export function overflow(props: ElementProps): Drawn | undefined {
  const options = readOptions(props.element, 'options');
  return options === undefined || options.length === 0 ? undefined : use(Overflow, { ...props, options });
}

function Overflow({ element, blockId, options }: ElementProps & { options: Option[] }): Drawn {
  const { ids, pending, give } = useAnswer(element, blockId, 'send');
  const [open, setOpen] = useState(false);
  const pick = (option: Option): void => {
    setOpen(false);
    give({ selected_option: option.raw });
  };
  const close = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
  };
  return el(
    'span',
    { class: 'overflow', onKeyDown: close },
    el(
      'button',
      {
        ...ids,
        type: 'button',
        class: 'icon-button',
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        'aria-label': 'More options',
        disabled: pending,
        onClick: () => setOpen(!open),
      },
      icon('more'),
    ),
    open &&
      el(
        'div',
        { class: 'menu', role: 'menu' },
        options.map((option) =>
          el(
            'button',
            {
              key: option.value,
              type: 'button',
              role: 'menuitem',
              class: 'menu-item',
              'data-option': option.value,
              onClick: () => pick(option),
            },
            option.label,
          ),
        ),
      ),
  );
}
