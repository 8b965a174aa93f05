import { type Drawn, el, use } from '../dom.ts';
import { channelMessages } from '../state/messages.ts';
import { Composer } from './composer.ts';
import { icon } from './icon.ts';
import { MessageLog } from './message-log.ts';
import { usePage } from './page-context.ts';

/** A channel: what is said in it and where to say more. */
export function ChannelPane({ channel }: { channel: string }): Drawn {
  const { state } = usePage();
  const found = state.workspace?.channels.find(({ name }) => name === channel);
  return el(
    'main',
    { class: 'pane channel-pane', 'aria-label': `Channel ${channel}` },
    el(
      'header',
      { class: 'pane-head' },
      el('h1', { class: 'pane-title' }, icon('hash'), channel),
      el('span', { class: 'pane-note' }, found?.topic ?? ''),
      found?.hasApp === false &&
        el('span', { class: 'tag tag-warn', title: 'The app sees nothing that is said here' }, 'Governor is not a member'),
    ),
    use(MessageLog, {
      label: `Messages in ${channel}`,
      messages: channelMessages(state, channel),
      inThread: false,
      empty: 'Nothing has been said here yet. Type /incident to open one.',
    }),
    use(Composer, { kind: 'channel', channel, placeholder: `Message #${channel}, or type / for commands`, draft: state.draft }),
  );
}
