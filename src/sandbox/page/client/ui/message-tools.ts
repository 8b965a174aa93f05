import { type Drawn, el, use } from '../dom.ts';
import type { Message } from '../wire/model.ts';
import { iconButton } from './icon-button.ts';
import { usePage } from './page-context.ts';
import { ShortcutMenu } from './shortcut-menu.ts';

type Props = { message: Message; inThread: boolean; onEdit: (() => void) | undefined };

/** What can be done with a message, shown while the pointer or the focus is on it. */
export function MessageTools({ message, inThread, onEdit }: Props): Drawn {
  const { actions } = usePage();
  const { ts, threadTs, channel } = message;
  const reply = (): void => actions.openThread(channel, threadTs ?? ts);
  return el(
    'div',
    { class: 'tools', role: 'toolbar', 'aria-label': 'Message actions' },
    !inThread &&
      iconButton({ name: 'reply', label: 'Reply in thread', onClick: reply, attributes: { 'data-reply-in-thread': ts } }),
    onEdit !== undefined &&
      iconButton({ name: 'pencil', label: 'Edit message', onClick: onEdit, attributes: { 'data-edit': ts } }),
    use(ShortcutMenu, { kind: 'message', message }),
  );
}
