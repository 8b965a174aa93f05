import { useState } from 'preact/hooks';
import { usePage } from './page-context.ts';
import { type Suggestion, suggest } from './suggestions.ts';

export type Suggested = {
  list: readonly Suggestion[];
  /** The entry the arrow keys stand on; -1 while they have not been used, and Enter then sends what was typed. */
  marked: number;
  /** Whether the key was the list's own. */
  onKey: (event: KeyboardEvent) => boolean;
};

type Stand = { text: string; marked: number; hidden: boolean };

/** The lines offered for the text so far, and the keys that move in them. */
export function useSuggestions(text: string, take: (line: string) => void): Suggested {
  const { state } = usePage();
  // What was marked or hidden counts for the text it was done for: the next letter starts afresh.
  const [stand, setStand] = useState<Stand>({ text: '', marked: -1, hidden: false });
  const { marked, hidden } = stand.text === text ? stand : { marked: -1, hidden: false };
  const list = hidden ? [] : suggest(text, state.workspace);

  const pick = (index: number): boolean => {
    const suggestion = list[index];
    if (suggestion !== undefined) take(suggestion.insert);
    return suggestion !== undefined;
  };
  const move = (index: number): boolean => {
    setStand({ text, marked: index, hidden: false });
    return true;
  };
  const keys: Record<string, () => boolean> = {
    ArrowDown: () => move(Math.min(marked + 1, list.length - 1)),
    ArrowUp: () => move(Math.max(marked - 1, -1)),
    Tab: () => pick(Math.max(marked, 0)),
    Enter: () => pick(marked),
    Escape: () => {
      setStand({ text, marked: -1, hidden: true });
      return true;
    },
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const used = list.length > 0 && !event.shiftKey && (keys[event.key]?.() ?? false);
    if (used) {
      event.preventDefault();
      event.stopPropagation();
    }
    return used;
  };
  return { list, marked, onKey };
}
