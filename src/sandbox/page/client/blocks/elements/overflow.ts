import { type Drawn, use } from '../../dom.ts';
import { Menu } from '../../ui/menu.ts';
import { useAnswer } from './answer.ts';
import type { ElementProps } from './element.ts';
import { type Option, readOptions } from './options.ts';

/** The three dots with choices that are each sent at once. */
export function overflow(props: ElementProps): Drawn | undefined {
  const options = readOptions(props.element, 'options');
  return options === undefined || options.length === 0 ? undefined : use(Overflow, { ...props, options });
}

function Overflow({ element, blockId, options }: ElementProps & { options: Option[] }): Drawn {
  const { ids, pending, give } = useAnswer(element, blockId, 'send');
  const items = options.map(({ value, label, raw }) => ({
    id: value,
    label,
    attributes: { 'data-option': value },
    onPick: () => give({ selected_option: raw }),
  }));
  return use(Menu, { name: 'more', label: 'More options', side: 'below', items, attributes: { ...ids, disabled: pending } });
}
