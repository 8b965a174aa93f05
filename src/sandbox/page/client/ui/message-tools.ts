import { useState } from 'preact/hooks';
import { type Drawn, el } from '../dom.ts';
import type { Message } from '../wire/model.ts';
import { icon } from './icon.ts';
import { usePage } from './page-context.ts';

type Props = { message: Message; inThread: boolean; onEdit: (() => void) | undefined };

/** What can be done with a message, shown while the pointer or the focus is on it. */
export function MessageTools({ message, inThread, onEdit }: Props): Drawn {
  const { state, actions } = usePage();
  const [open, setOpen] = useState(false);
  const shortcuts = (state.workspace?.shortcuts ?? []).filter(({ type }) => type === 'message');
  const run = (callbackId: string): void => {
    setOpen(false);
    void actions.runShortcut(callbackId, message);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
  };
  return el(
    'div',
    { class: `tools${open ? ' is-open' : ''}`, role: 'toolbar', 'aria-label': 'Message actions', onKeyDown },
    !inThread &&
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          title: 'Reply in thread',
          'aria-label': 'Reply in thread',
          'data-reply-in-thread': message.ts,
          onClick: () => actions.openThread(message.channel, message.threadTs ?? message.ts),
        },
        icon('reply'),
      ),
    onEdit !== undefined &&
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          title: 'Edit message',
          'aria-label': 'Edit message',
          'data-edit': message.ts,
          onClick: onEdit,
        },
        icon('pencil'),
      ),
    shortcuts.length > 0 &&
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          title: 'More actions',
          'aria-label': 'More actions',
          'aria-haspopup': 'menu',
          'aria-expanded': open,
          'data-more': message.ts,
          onClick: () => setOpen(!open),
        },
        icon('more'),
      ),
    open &&
      el(
        'div',
        { class: 'menu menu-right', role: 'menu' },
        shortcuts.map(({ name, callbackId }) =>
          el(
            'button',
            {
              key: callbackId,
              type: 'button',
              role: 'menuitem',
              class: 'menu-item',
              'data-shortcut': callbackId,
              onClick: () => run(callbackId),
            },
            icon('bolt'),
            name,
            el('span', { class: 'menu-note' }, 'Governor'),
          ),
        ),
      ),
  );
}
