import { type Drawn, use } from '../dom.ts';
import type { Message } from '../wire/model.ts';
import { Menu } from './menu.ts';
import { usePage } from './page-context.ts';

type Props = { kind: 'global'; message?: undefined } | { kind: 'message'; message: Message };

/** The app's shortcuts where Slack has them: the global ones at the composer, the others at each message. */
export function ShortcutMenu({ kind, message }: Props): Drawn | false {
  const { state, actions } = usePage();
  const shortcuts = (state.workspace?.shortcuts ?? []).filter(({ type }) => type === kind);
  const items = shortcuts.map(({ name, callbackId }) => ({
    id: callbackId,
    label: name,
    note: 'Governor',
    attributes: { 'data-shortcut': callbackId },
    onPick: () => void actions.runShortcut(callbackId, message),
  }));
  if (items.length === 0) return false;
  return kind === 'global'
    ? use(Menu, { name: 'bolt', label: 'Shortcuts', side: 'above', items, attributes: { 'data-shortcuts': true } })
    : use(Menu, { name: 'more', label: 'More actions', side: 'left', items, attributes: { 'data-more': message.ts } });
}
