import type { KnownBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import { bullets, rich, title } from '../blocks.ts';
import { data } from '../line.ts';

const STEPS_SHOWN = 3;

/** What a person can do now. */
export function nextSteps({ next_steps }: Shown): KnownBlock[] {
  const items = next_steps.slice(0, STEPS_SHOWN).map((step) => [data(step, 250)]);
  return items.length === 0 ? [] : rich(title('Next steps'), bullets(items, 'ordered'));
}
