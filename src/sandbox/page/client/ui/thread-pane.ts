import { type Drawn, el, use } from '../dom.ts';
import { threadMessages } from '../state/messages.ts';
import { Composer } from './composer.ts';
import { icon } from './icon.ts';
import { MessageLog } from './message-log.ts';
import { usePage } from './page-context.ts';

/** A message and its replies, beside the channel it belongs to. */
export function ThreadPane({ channel, ts }: { channel: string; ts: string }): Drawn {
  const { state, actions } = usePage();
  const messages = threadMessages(state, channel, ts);
  const close = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') actions.closeThread();
  };
  return el(
    'aside',
    { class: 'pane thread-pane', 'aria-label': 'Thread', 'data-thread': ts, onKeyDown: close },
    el(
      'header',
      { class: 'pane-head' },
      el('h2', { class: 'pane-title' }, 'Thread'),
      el('span', { class: 'pane-note' }, channel.startsWith('@') ? 'direct message' : `#${channel}`),
      el(
        'button',
        { type: 'button', class: 'icon-button pane-close', 'aria-label': 'Close thread', onClick: actions.closeThread },
        icon('close'),
      ),
    ),
    use(MessageLog, { label: 'Replies', messages, inThread: true, empty: 'The message this thread belongs to is gone.' }),
    use(Composer, { kind: 'thread', channel, threadTs: ts, placeholder: 'Reply…', draft: undefined }),
  );
}
