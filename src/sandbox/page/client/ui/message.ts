import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useDirectory } from '../blocks/surface.ts';
import { type Drawn, el, use } from '../dom.ts';
import { clockTime } from '../text/date.ts';
import { EMOJI } from '../text/emoji.ts';
import type { Account, Message } from '../wire/model.ts';
import { Avatar } from './avatar.ts';
import { icon } from './icon.ts';
import { MessageBody } from './message-body.ts';
import { MessageEditor } from './message-editor.ts';
import { MessageTools } from './message-tools.ts';
import { accountNamed, usePage } from './page-context.ts';
import { ThreadSummary } from './thread-summary.ts';

export type MessageProps = { message: Message; compact: boolean; inThread: boolean };

/** One message with its author, its body and what can be done with it. */
export function MessageView({ message, compact, inThread }: MessageProps): Drawn {
  const { state } = usePage();
  const directory = useDirectory();
  const [editing, setEditing] = useState(false);
  const isMine = message.user === state.actAs;
  // A long channel draws again only what changed: hundreds of messages share one state.
  return useMemo(() => {
    const author = accountNamed(message.user, state);
    const isPrivate = message.ephemeralTo !== undefined;
    return el(
      'article',
      {
        class: classOf(message, compact),
        'data-ts': message.ts,
        'data-user': message.user,
        'aria-label': `Message by ${author.realName}`,
      },
      el(
        'div',
        { class: 'gutter' },
        compact ? el('span', { class: 'gutter-time' }, clockTime(message.ts)) : use(Avatar, { account: author, size: 'large' }),
      ),
      el(
        'div',
        { class: 'message-main' },
        isPrivate && el('div', { class: 'only-you' }, icon('eye'), 'Only visible to you'),
        !compact && head(message, author),
        editing ? use(MessageEditor, { message, onClose: () => setEditing(false) }) : use(MessageBody, { message }),
        foot(message, editing, inThread),
      ),
      !isPrivate && !editing && use(MessageTools, { message, inThread, onEdit: isMine ? () => setEditing(true) : undefined }),
    );
  }, [message, compact, inThread, editing, isMine, directory]);
}

const classOf = (message: Message, compact: boolean): string =>
  `message${compact ? ' is-compact' : ''}${message.ephemeralTo === undefined ? '' : ' is-ephemeral'}${isEdited(message) ? ' is-edited' : ''}`;

/** A card is updated as its case goes on and says nothing of it; changed words of a person or an app do. */
const isEdited = ({ edited, isBot, blocks }: Message): boolean => edited && !(isBot && blocks.length > 0);

function head(message: Message, author: Account): Drawn {
  return el(
    'div',
    { class: 'message-head' },
    el('span', { class: 'author' }, author.realName),
    message.isBot && el('span', { class: 'badge' }, 'App'),
    author.isStranger && el('span', { class: 'badge badge-outside', title: author.title }, 'External'),
    el('time', { class: 'time', title: new Date(Number(message.ts) * 1_000).toLocaleString() }, clockTime(message.ts)),
  );
}

function foot(message: Message, editing: boolean, inThread: boolean): Drawn {
  const reactions = message.reactions.map(({ name, count }) =>
    el('span', { key: name, class: 'reaction' }, EMOJI[name] ?? `:${name}:`, ' ', count),
  );
  return use(
    Fragment,
    {},
    isEdited(message) && !editing && el('span', { class: 'edited' }, '(edited)'),
    reactions.length > 0 && el('div', { class: 'reactions' }, reactions),
    !inThread && message.replyCount > 0 && use(ThreadSummary, { message }),
  );
}
