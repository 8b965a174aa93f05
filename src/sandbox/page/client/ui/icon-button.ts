import { type Drawn, el } from '../dom.ts';
import { type IconName, icon } from './icon.ts';

type Props = { name: IconName; label: string; onClick: () => void; attributes?: Readonly<Record<string, unknown>> };

/** A button that is only a picture; its label is what a screen reader says and a tooltip shows. */
export function iconButton({ name, label, onClick, attributes }: Props): Drawn {
  return el(
    'button',
    { type: 'button', class: 'icon-button', title: label, 'aria-label': label, onClick, ...attributes },
    icon(name),
  );
}
