import { useEffect, useRef } from 'preact/hooks';
import { type Drawn, el } from '../dom.ts';
import type { Suggestion } from './suggestions.ts';

type Props = { suggestions: readonly Suggestion[]; marked: number; onPick: (suggestion: Suggestion) => void };

/** The lines offered above the composer. */
export function SuggestionList({ suggestions, marked, onPick }: Props): Drawn {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [marked]);
  return el(
    'div',
    { ref: list, class: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions' },
    el(
      'div',
      { class: 'suggestions-head', 'aria-hidden': 'true' },
      el('kbd', null, '↑'),
      el('kbd', null, '↓'),
      ' to choose, ',
      el('kbd', null, 'Tab'),
      ' to take',
    ),
    suggestions.map((suggestion, index) =>
      el(
        'button',
        {
          key: suggestion.label,
          type: 'button',
          role: 'option',
          tabIndex: -1,
          class: 'suggestion',
          'aria-selected': index === marked,
          'data-suggestion': suggestion.insert,
          // The field keeps the focus: a press must not blur it before the click arrives.
          onMouseDown: (event: MouseEvent) => event.preventDefault(),
          onClick: () => onPick(suggestion),
        },
        el('span', { class: 'suggestion-label' }, suggestion.label),
        el('span', { class: 'suggestion-note' }, suggestion.note),
      ),
    ),
  );
}
