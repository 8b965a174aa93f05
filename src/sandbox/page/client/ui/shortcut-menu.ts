import { useState } from 'preact/hooks';
import { type Drawn, el } from '../dom.ts';
import { icon } from './icon.ts';
import { usePage } from './page-context.ts';

/** The app's global shortcuts, at the composer as in Slack. */
export function ShortcutMenu(): Drawn {
  const { state, actions } = usePage();
  const [open, setOpen] = useState(false);
  const shortcuts = (state.workspace?.shortcuts ?? []).filter(({ type }) => type === 'global');
  const run = (callbackId: string): void => {
    setOpen(false);
    void actions.runShortcut(callbackId, undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
  };
  return el(
    'span',
    { class: 'overflow', onKeyDown },
    shortcuts.length > 0 &&
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          title: 'Shortcuts',
          'aria-label': 'Shortcuts',
          'aria-haspopup': 'menu',
          'aria-expanded': open,
          'data-shortcuts': true,
          onClick: () => setOpen(!open),
        },
        icon('bolt'),
      ),
    open &&
      el(
        'div',
        { class: 'menu menu-up', role: 'menu' },
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
