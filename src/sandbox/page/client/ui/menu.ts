import { useEffect, useRef, useState } from 'preact/hooks';
import { type Drawn, el } from '../dom.ts';
import { type IconName, icon } from './icon.ts';
import { iconButton } from './icon-button.ts';

export type MenuItem = {
  id: string;
  label: string;
  note?: string;
  attributes: Readonly<Record<string, unknown>>;
  onPick: () => void;
};
type Props = {
  name: IconName;
  label: string;
  /** Where the list opens, seen from the button. */
  side: 'below' | 'above' | 'left';
  items: readonly MenuItem[];
  attributes: Readonly<Record<string, unknown>>;
};

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** A button with a list below it. The arrow keys move in it, Escape and a look elsewhere close it. */
export function Menu({ name, label, side, items, attributes }: Props): Drawn {
  const frame = useRef<HTMLElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open) entries(frame.current)[0]?.focus();
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!open || (step === undefined && event.key !== 'Escape')) return;
    event.preventDefault();
    event.stopPropagation();
    if (step === undefined) close();
    else move(frame.current, step);
  };
  const close = (): void => {
    setOpen(false);
    frame.current?.querySelector('button')?.focus();
  };
  const onFocusOut = (event: FocusEvent): void => {
    if (!(event.relatedTarget instanceof Node && frame.current?.contains(event.relatedTarget))) setOpen(false);
  };
  const toggle = { 'aria-haspopup': 'menu', 'aria-expanded': open, ...attributes };
  return el(
    'span',
    { ref: frame, class: 'menu-frame', onKeyDown, onFocusOut },
    iconButton({ name, label, onClick: () => setOpen(!open), attributes: toggle }),
    open &&
      el(
        'div',
        { class: `menu menu-${side}`, role: 'menu', 'aria-label': label },
        items.map((item) => entry(item, close)),
      ),
  );
}

function entry({ id, label, note, attributes, onPick }: MenuItem, close: () => void): Drawn {
  const onClick = (): void => {
    close();
    onPick();
  };
  const content = [label, note !== undefined && el('span', { class: 'menu-note' }, icon('bolt'), note)];
  return el('button', { key: id, type: 'button', role: 'menuitem', class: 'menu-item', onClick, ...attributes }, content);
}

const entries = (frame: HTMLElement | null): HTMLElement[] => [
  ...(frame?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
];

function move(frame: HTMLElement | null, step: number): void {
  const all = entries(frame);
  const { activeElement } = document;
  const at = activeElement instanceof HTMLElement ? all.indexOf(activeElement) : -1;
  all[(at + step + all.length) % all.length]?.focus();
}
