import { type Drawn, el } from '../dom.ts';
import { isFields, textIn } from '../fields.ts';

const SHOWN_MAX = 1_200;

/** The loud box for what cannot be drawn: a mistake in a card must be seen by whoever looks, not vanish. */
export function invalidBox(what: string, value: unknown): Drawn {
  const type = isFields(value) ? (textIn(value, 'type') ?? 'no type') : typeof value;
  const source = (JSON.stringify(value, null, 2) ?? String(value)).slice(0, SHOWN_MAX);
  return el(
    'div',
    { class: 'invalid-block', role: 'note', 'data-invalid-block': type },
    el('strong', null, `${what}: `),
    el('code', null, type),
    el('pre', { class: 'pre' }, source),
  );
}
