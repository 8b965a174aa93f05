import type { LibraryDocument } from '../../contracts/documents.ts';
import { old } from './arena.ts';
import type { Tale } from './tales.ts';

/** Where the words of others come into an outcome and into what is learned from it. */
export type Placed = {
  tale?: Tale;
  documents?: LibraryDocument[];
  /** The executor's answer, the path of telemetry's worst errors, the ticket's key. */
  detail?: string;
  path?: string;
  ticket?: string;
  /** What people who hold, release and override say for it; such a case is critical. */
  reason?: string;
  /** What a person writes into the form of the learned runbook. */
  edit?: string;
};

type Place = (tale: Tale, text: string, number: number) => Placed;

const PLACES: Readonly<Record<string, Place>> = {
  'the summary': () => ({}),
  'the incident': (tale, text) => ({ tale: { ...tale, summary: `${tale.summary}. ${text}`, symptoms: [text] } }),
  'the executor’s answer': (_tale, text) => ({ detail: text }),
  'what telemetry repeats': (_tale, text) => ({ path: text.slice(0, 500) }),
  'the ticket’s answer': (_tale, text) => ({ ticket: text }),
  'weighed evidence': (tale, text, number) => ({
    documents: [
      old({
        kind: 'evidence',
        id: `ev-weighed-${number}`,
        service: tale.service,
        stance: 'support',
        actions: [tale.right],
        text,
      }),
    ],
  }),
  'people’s reasons': (tale, text) => ({ tale: { ...tale, severity: 'critical' }, reason: text.slice(0, 2_000) }),
  'a person’s edit': (_tale, text) => ({ edit: text }),
};
export const PLACE_NAMES = Object.keys(PLACES);

/** All of them in one case. */
export const EVERYWHERE = 'every place at once';

export function placedIn(place: string, tale: Tale, text: string, number: number): Placed & { tale: Tale } {
  const placed: Placed & { tale: Tale } = { tale };
  for (const name of place === EVERYWHERE ? PLACE_NAMES : [place]) {
    const put = PLACES[name];
    if (put === undefined) throw new Error(`there is no place ${name}`);
    Object.assign(placed, put(placed.tale, text, number));
  }
  return placed;
}
