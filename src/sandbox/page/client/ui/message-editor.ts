import { useState } from 'preact/hooks';
import { useDirectory } from '../blocks/surface.ts';
import { type Drawn, el } from '../dom.ts';
import { typedText } from '../text/typed-text.ts';
import type { Message } from '../wire/model.ts';
import { usePage } from './page-context.ts';

/** A person's own message as a field; Enter saves it, Escape leaves it as it was. */
export function MessageEditor({ message, onClose }: { message: Message; onClose: () => void }): Drawn {
  const { actions } = usePage();
  const directory = useDirectory();
  const [text, setText] = useState(() => typedText(message.text, directory));
  const [error, setError] = useState<string | undefined>(undefined);
  const save = async (): Promise<void> => {
    const failure = await actions.edit(message, text);
    if (failure === undefined) onClose();
    else setError(failure);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void save();
  };
  const onInput = (event: Event): void => {
    if (event.currentTarget instanceof HTMLTextAreaElement) setText(event.currentTarget.value);
  };
  return el(
    'div',
    { class: 'editor' },
    el('textarea', { class: 'field', rows: 2, 'aria-label': 'Edit message', value: text, onInput, onKeyDown }),
    error !== undefined && el('div', { class: 'composer-error', role: 'alert' }, error),
    el(
      'div',
      { class: 'editor-foot' },
      el('button', { type: 'button', class: 'button button-default', onClick: onClose }, 'Cancel'),
      el('button', { type: 'button', class: 'button button-primary', onClick: () => void save() }, 'Save'),
    ),
  );
}
