import type { TicketBlock, TicketSpan, TicketText } from '../../contracts/ticket-text.ts';
import { type Line, line, type Span } from '../line.ts';

/** A block of a ticket, as the views write it. */
export type TicketPart =
  | { is: 'heading'; text: string }
  | { is: 'line'; line: Line }
  | { is: 'list'; items: readonly Line[] }
  | { is: 'passage'; text: string };

/** Our own words above what follows. */
export const heading = (text: string): TicketPart => ({ is: 'heading', text });
export const sentence = (of: Line): TicketPart => ({ is: 'line', line: of });
export const passage = (text: string): TicketPart => ({ is: 'passage', text });

/** At most `max` items, and how many there are besides; nothing where there is none. */
export function list(items: readonly Line[], max: number): TicketPart[] {
  const more = items.length - max;
  const shown = more > 0 ? [...items.slice(0, max), line`… and ${more} more`] : items;
  return shown.length === 0 ? [] : [{ is: 'list', items: shown }];
}

/** A heading with what stands under it; nothing where that is nothing. */
export const section = (title: string, ...parts: readonly TicketPart[]): TicketPart[] =>
  parts.length === 0 ? [] : [heading(title), ...parts];

/** The Slack ids of those who are named: whoever reads a ticket may have no Slack to look them up in. */
export function peopleIn(parts: readonly TicketPart[]): string[] {
  const lines = parts.flatMap((part) => {
    if (part.is === 'line') return [part.line];
    return part.is === 'list' ? part.items : [];
  });
  return [...new Set(lines.flat().flatMap((span) => (span.is === 'person' ? [span.id] : [])))];
}

/** The parts as a tracker gets them; people under the names that are known, always with their ids. */
export function ticketText(parts: readonly TicketPart[], names: ReadonlyMap<string, string>): TicketText {
  const spans = (of: Line): TicketSpan[] => of.flatMap((span) => spansOf(span, names)).filter(isThere);
  return parts.map((part): TicketBlock => {
    if (part.is === 'line') return { is: 'line', spans: spans(part.line) };
    if (part.is === 'list') return { is: 'list', items: part.items.map(spans) };
    return part;
  });
}

const isThere = (span: TicketSpan): boolean => span.is === 'link' || span.text !== '';

function spansOf(span: Span, names: ReadonlyMap<string, string>): TicketSpan[] {
  switch (span.is) {
    case 'words':
    case 'data':
    case 'code':
      return [span];
    case 'link':
      return [{ is: 'link', url: span.url, label: span.label }];
    case 'date':
      return [{ is: 'words', text: instant(span.seconds), bold: false }];
    case 'person':
      return personOf(span.id, names.get(span.id));
  }
}

function personOf(id: string, name: string | undefined): TicketSpan[] {
  const named: TicketSpan = { is: 'code', text: id };
  if (name === undefined || name === '' || name === id) return [named];
  const words = (text: string): TicketSpan => ({ is: 'words', text, bold: false });
  return [{ is: 'data', text: name }, words(' ('), named, words(')')];
}

const ISO_SECONDS = 19;
/** A tracker shows no time in the reader's own zone, so that the zone is said. */
const instant = (seconds: number): string =>
  `${new Date(seconds * 1_000).toISOString().slice(0, ISO_SECONDS).replace('T', ' ')} UTC`;
