import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Drawn, el, use } from '../dom.ts';
import { icon } from './icon.ts';
import { usePage } from './page-context.ts';
import { ShortcutMenu } from './shortcut-menu.ts';
import { SuggestionList } from './suggestion-list.ts';
import { useSuggestions } from './use-suggestions.ts';

type Props = {
  kind: 'channel' | 'thread' | 'direct';
  channel: string;
  threadTs?: string;
  placeholder: string;
  /** A line put here by another part of the page. */
  draft: string | undefined;
};

const FIELD_HEIGHT_MAX_PX = 180;

/** Where a person types. Enter sends, Shift and Enter make a new line; what could not be sent comes back with the reason. */
export function Composer({ kind, channel, threadTs, placeholder, draft }: Props): Drawn {
  const field = useRef<HTMLTextAreaElement>(null);
  const { text, write, error, send } = useSending(channel, threadTs, () => field.current?.focus());
  const take = (line: string): void => {
    write(line);
    field.current?.focus();
  };
  const suggested = useSuggestions(text, take);
  useDraft(draft, take);
  useLayoutEffect(() => fitHeight(field.current), [text]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || suggested.onKey(event)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void send();
  };
  const onInput = (event: Event): void => {
    if (event.currentTarget instanceof HTMLTextAreaElement) write(event.currentTarget.value);
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void send();
  };
  const naming = {
    class: 'composer-field',
    'data-composer': kind,
    rows: 1,
    placeholder,
    'aria-label': placeholder,
    spellcheck: false,
  };
  return el(
    'form',
    { class: 'composer', onSubmit },
    suggested.list.length > 0 &&
      use(SuggestionList, { suggestions: suggested.list, marked: suggested.marked, onPick: ({ insert }) => take(insert) }),
    el(
      'div',
      { class: `composer-box${error === undefined ? '' : ' has-error'}` },
      el('textarea', { ...naming, ref: field, value: text, onInput, onKeyDown }),
      foot(kind, text.trim() === ''),
    ),
    error !== undefined && el('div', { class: 'composer-error', role: 'alert', 'data-composer-error': kind }, error),
  );
}

/** Another part of the page may write a line; each is taken once. */
function useDraft(draft: string | undefined, take: (line: string) => void): void {
  const { actions } = usePage();
  useEffect(() => {
    if (draft === undefined) return;
    take(draft);
    actions.dropDraft();
  }, [draft]);
}

function foot(kind: Props['kind'], disabled: boolean): Drawn {
  return el(
    'div',
    { class: 'composer-foot' },
    kind === 'channel' ? use(ShortcutMenu, { kind: 'global' }) : el('span', null),
    el(
      'span',
      { class: 'composer-hint' },
      el('kbd', null, 'Enter'),
      ' to send, ',
      el('kbd', null, 'Shift Enter'),
      ' for a new line',
    ),
    el('button', { type: 'submit', class: 'send', 'aria-label': 'Send', disabled }, icon('send')),
  );
}

function useSending(channel: string, threadTs: string | undefined, focus: () => void) {
  const { actions } = usePage();
  const [text, setText] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const write = (next: string): void => {
    setText(next);
    setError(undefined);
  };
  const send = async (): Promise<void> => {
    if (text.trim() === '') return;
    // The field is free at once: the next line can be typed while this one is on its way.
    write('');
    const failure = await actions.send(channel, text.trim(), threadTs);
    if (failure === undefined) return;
    setError(failure);
    setText((since) => (since === '' ? text : since));
    focus();
  };
  return { text, write, error, send };
}

function fitHeight(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, FIELD_HEIGHT_MAX_PX)}px`;
}
