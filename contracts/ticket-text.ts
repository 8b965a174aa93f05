/**
 * What is written into a ticket, before a tracker's own form. `data` is text of others in one line, `code` an id or a value
 * to the letter, `words` our own. Only a `link` may become one, and only where its address leads to a host that is known.
 */
export type TicketSpan =
  | { is: 'words'; text: string; bold: boolean }
  | { is: 'data'; text: string }
  | { is: 'code'; text: string }
  | { is: 'link'; url: string; label: string };

/** A `passage` is text of others with its line ends. */
export type TicketBlock =
  | { is: 'heading'; text: string }
  | { is: 'line'; spans: readonly TicketSpan[] }
  | { is: 'list'; items: readonly (readonly TicketSpan[])[] }
  | { is: 'passage'; text: string };

export type TicketText = readonly TicketBlock[];
