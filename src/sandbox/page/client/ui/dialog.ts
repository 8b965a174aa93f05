import { useEffect, useRef } from 'preact/hooks';
import { type Children, type Drawn, el } from '../dom.ts';

type Props = {
  label: string;
  className: string;
  attributes: Readonly<Record<string, unknown>>;
  onCancel: () => void;
  children?: Children;
};

/** A dialog over everything. The browser's own one keeps the focus inside and makes the rest inert. */
export function Dialog({ label, className, attributes, onCancel, children }: Props): Drawn {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    // A form begins with its first field; the browser would begin with the button that closes it.
    shown?.querySelector<HTMLElement>('input, textarea, select')?.focus();
    return () => {
      shown?.close();
      // By now the dialog may be out of the document, where closing it gives nothing back.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const cancel = (event: Event): void => {
    // Escape asks; whether the dialog goes is for the page's state to say.
    event.preventDefault();
    onCancel();
  };
  return el(
    'dialog',
    {
      ref: dialog,
      role: 'dialog',
      'aria-modal': 'true',
      'aria-label': label,
      class: `dialog ${className}`,
      onCancel: cancel,
      ...attributes,
    },
    children,
  );
}
