import type { Shown } from '../contracts/shown.ts';
import type { Message } from './blocks.ts';
import { type CardOptions, cardText, evidenceCard } from './evidence-card.ts';

/**
 * The answer to `/incident show CASE`: the card as it would be now, without buttons. A private answer is never updated,
 * so what it shows grows old, and nothing may be decided on it.
 */
export const showMessage = (shown: Shown, options: CardOptions): Message => ({
  text: cardText(shown),
  blocks: evidenceCard({ ...shown, offers: [] }, options),
});
