import { type Drawn, el, use } from '../dom.ts';
import { agoText } from '../text/date.ts';
import type { Message } from '../wire/model.ts';
import { Avatar } from './avatar.ts';
import { accountNamed, usePage } from './page-context.ts';

const FACES_MAX = 4;

/** "3 replies, last reply 2 minutes ago": the door to the thread. */
export function ThreadSummary({ message }: { message: Message }): Drawn {
  const { state, actions } = usePage();
  const { ts, channel, replyCount, replyUsers, latestReply } = message;
  return el(
    'button',
    { type: 'button', class: 'thread-summary', 'data-open-thread': ts, onClick: () => actions.openThread(channel, ts) },
    el(
      'span',
      { class: 'faces' },
      replyUsers.slice(0, FACES_MAX).map((user) => use(Avatar, { key: user, account: accountNamed(user, state), size: 'small' })),
    ),
    el('span', { class: 'reply-count' }, `${replyCount} ${replyCount === 1 ? 'reply' : 'replies'}`),
    latestReply !== undefined &&
      el('span', { class: 'last-reply' }, `Last reply ${agoText(Number(latestReply), Date.now() / 1_000)}`),
  );
}
