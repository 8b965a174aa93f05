import { isDeepStrictEqual } from 'node:util';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, ExecutorAnswer, NotSent, Order } from '../../pipeline/ports.ts';

/** Longer than any sentence a target says of itself; the rest of it would only be noise on a card. */
const SAID_CHARS_MAX = 500;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/** One line of what somebody outside said, without what would break a log or a card. */
export const short = (text: string): string => text.replaceAll(CONTROL, ' ').trim().slice(0, SAID_CHARS_MAX).toWellFormed();

/** A definite no: nothing was done. */
export const refused = (detail: string): ExecutorAnswer => ({ outcome: 'refused', detail: short(detail), effectAt: null });

export const REFUSED_LATE: ExecutorAnswer = refused('too late: the time in which it might begin was over');

/** Nobody was there to take it: it may be sent again while its time lasts. */
export const notSent = (detail: string): NotSent => ({ outcome: 'not_sent', detail: short(detail) });

export const isLate = (clock: Clock, { notAfter }: Pick<Order, 'notAfter'>): boolean => clock.now() > Date.parse(notAfter);

/** Another order ran under this key: it would be wrong to say that nothing happened. */
export const usedKey = (key: string): GovernorError =>
  new GovernorError('executor_conflict', `the key \`${key}\` was used before for something else`);

/** Everything of an order but its time limit, which a repeat may have moved. */
export function contentOf({ notAfter: _limit, ...content }: Order): Omit<Order, 'notAfter'> {
  return content;
}

export const isSameOrder = (one: Order, other: Order): boolean => isDeepStrictEqual(contentOf(one), contentOf(other));
