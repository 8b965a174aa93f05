import type { Steer, Steered } from '../../pipeline/choices.ts';
import { RECORDED, steeringText } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import type { ActionHandler } from './card-button.ts';
import { cardButton } from './card-button.ts';

/** A button that steers the case without deciding about its plan. */
function steer(parts: ListenerParts, how: (steer: Steer) => Promise<Steered>): ActionHandler {
  return cardButton(parts, async ({ click, ref }) => {
    const steered = await how({ ref, by: click.by, via: 'button' });
    return steered.ok ? { text: RECORDED, shownElsewhere: true } : { text: steeringText(steered.refusal), shownElsewhere: false };
  });
}

export const lookAgain = (parts: ListenerParts): ActionHandler => steer(parts, (wish) => parts.choices.lookAgain(wish));
export const rollBack = (parts: ListenerParts): ActionHandler => steer(parts, (wish) => parts.choices.rollBack(wish));
/** A person looked at the target, and says whether the action ran. */
export const settle = (parts: ListenerParts, ran: boolean): ActionHandler =>
  steer(parts, (wish) => parts.choices.settle(wish, ran));
export const decideRunbook = (parts: ListenerParts, decision: 'accepted' | 'discarded'): ActionHandler =>
  steer(parts, (wish) => parts.choices.decideRunbook(wish, decision, null));
