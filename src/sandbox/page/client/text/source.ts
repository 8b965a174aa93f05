import { decodeEntities, readControl } from './control.ts';
import type { Inline } from './nodes.ts';

/** One character that stands for a node already read; the map tells which, so a real one in the input is harmless. */
export const PLACEHOLDER = '\uFFFC';

/** A mrkdwn text after its first two steps: control sequences taken out, entities undone. */
export type Source = { text: string; nodes: ReadonlyMap<number, Inline>; verbatim: boolean };

/**
 * Control sequences are taken out before entities are undone, in one pass over the original text. Invariant: a `<` that
 * came from `&lt;` is never looked at as the start of a mention or a link.
 */
export function readSource(raw: string, verbatim: boolean): Source {
  const nodes = new Map<number, Inline>();
  let text = '';
  let from = 0;
  for (const match of raw.matchAll(/<([^<>\n]*)>|&(?:amp|lt|gt);|\uFFFC/g)) {
    text += raw.slice(from, match.index);
    from = match.index + match[0].length;
    const node = asNode(match[0], match[1]);
    if (node === undefined) {
      text += decodeEntities(match[0]);
      continue;
    }
    nodes.set(text.length, node);
    text += PLACEHOLDER;
  }
  return { text: text + raw.slice(from), nodes, verbatim };
}

function asNode(whole: string, inside: string | undefined): Inline | undefined {
  if (whole === PLACEHOLDER) return { kind: 'text', text: PLACEHOLDER };
  return inside === undefined ? undefined : readControl(inside);
}
