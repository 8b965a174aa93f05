import { Fragment } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Drawn, el, use } from '../dom.ts';
import { dayName } from '../text/date.ts';
import type { Message } from '../wire/model.ts';
import { icon } from './icon.ts';
import { MessageView } from './message.ts';
import { usePage } from './page-context.ts';

/** Closer to the end than this counts as reading the end, where new messages may move the view. */
const NEAR_END_PX = 60;
/** Messages of one author closer together than this are drawn under one name. */
const TOGETHER_S = 300;

type Props = { label: string; messages: readonly Message[]; inThread: boolean; empty: string };

/** A list of messages that stays at its end while its reader is there, and says so when it grows while they are not. */
export function MessageLog({ label, messages, inThread, empty }: Props): Drawn {
  const { log, missed, follow, toEnd } = useFollowing(messages);
  return el(
    'div',
    { class: 'log-frame' },
    el(
      'div',
      { ref: log, class: 'log', role: 'log', 'aria-label': label, 'aria-live': 'polite', tabIndex: 0, onScroll: follow },
      el(
        'div',
        { class: 'log-inner' },
        messages.length === 0 && el('p', { class: 'log-empty' }, empty),
        messages.map((message, index) => row(message, messages[index - 1], inThread)),
      ),
    ),
    missed > 0 &&
      el(
        'button',
        { type: 'button', class: 'new-messages', onClick: toEnd },
        icon('down'),
        `${missed} new message${missed === 1 ? '' : 's'}`,
      ),
  );
}

function row(message: Message, previous: Message | undefined, inThread: boolean): Drawn {
  const newDay = !inThread && (previous === undefined || dayOf(previous) !== dayOf(message));
  const compact = !newDay && follows(previous, message, inThread);
  const isParent = inThread && previous === undefined;
  return use(
    Fragment,
    { key: message.ts },
    newDay && el('div', { class: 'day' }, el('span', null, dayName(message.ts, new Date()))),
    use(MessageView, { message, compact, inThread }),
    isParent &&
      message.replyCount > 0 &&
      el('div', { class: 'thread-count' }, `${message.replyCount} ${message.replyCount === 1 ? 'reply' : 'replies'}`),
  );
}

const dayOf = ({ ts }: Message): string => new Date(Number(ts) * 1_000).toDateString();

function follows(previous: Message | undefined, { user, ts, ephemeralTo, threadTs }: Message, inThread: boolean): boolean {
  if (previous === undefined || previous.user !== user || previous.ephemeralTo !== ephemeralTo) return false;
  const isFirstReply = inThread && previous.ts === threadTs;
  const hasThread = !inThread && previous.replyCount > 0;
  return !isFirstReply && !hasThread && previous.blocks.length === 0 && Number(ts) - Number(previous.ts) < TOGETHER_S;
}

function useFollowing(messages: readonly Message[]) {
  const { state } = usePage();
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const seen = useRef(messages.length);
  const [missed, setMissed] = useState(0);
  const toEnd = (): void => {
    atEnd.current = true;
    seen.current = messages.length;
    setMissed(0);
    log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  const follow = (): void => {
    const { current: box } = log;
    if (box === null) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    if (atEnd.current && missed > 0) toEnd();
  };
  useLayoutEffect(() => {
    const isMine = messages.at(-1)?.user === state.actAs && messages.length > seen.current;
    if (atEnd.current || isMine) toEnd();
    else setMissed(Math.max(0, messages.length - seen.current));
  }, [messages.at(-1)?.ts, messages.length]);
  useGrowth(log, () => {
    if (atEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  });
  return { log, missed, follow, toEnd };
}

/** A card that grows in place moves the end as well; only its size tells. */
function useGrowth(log: { current: HTMLDivElement | null }, onGrowth: () => void): void {
  useLayoutEffect(() => {
    const inner = log.current?.firstElementChild;
    if (!(inner instanceof Element)) return;
    const observer = new ResizeObserver(onGrowth);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
}
