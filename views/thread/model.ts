import type { KnownBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import { count, plural } from '../figures.ts';
import { listed } from '../layout.ts';
import { code, type Line, line, words } from '../line.ts';

const FIGURE_DIGITS = 2;
/** Most plans cost fractions of a cent. */
const COST_DIGITS = 4;

/** What the model behind the plan cost, and which of its published or measured figures weighed in. Empty where there is no model. */
export function modelPart({ usage, scores }: Shown): KnownBlock[] {
  const items = [...(usage === null ? [] : [usageLine(usage)]), ...(scores === null ? [] : scoresLine(scores))];
  return listed('The model', items);
}

function usageLine({ model, calls, input_tokens, output_tokens, estimated, cost_usd }: NonNullable<Shown['usage']>): Line {
  const about = estimated ? 'about ' : '';
  const cost = cost_usd === null ? 'cost unknown, no prices are configured' : `${about}$${cost_usd.toFixed(COST_DIGITS)}`;
  return line`${code(model)} · ${words(plural(calls, 'call'))} · ${words(about)}${words(count(input_tokens))} tokens in, ${words(count(output_tokens))} out · ${words(cost)}`;
}

/** A plan without a model has no figures at all, and a line of three unknowns would only be in the way. */
function scoresLine({ ecs, ci, u_curve }: NonNullable<Shown['scores']>): Line[] {
  if ([ecs, ci, u_curve].every(({ source }) => source === 'unknown')) return [];
  const said = [`ECS ${figure(ecs)}`, `CI ${figure(ci)}`, `U-curve ${figure(u_curve)}`].join(' · ');
  return [line`Reliability: ${words(said)}. No rule reads these figures.`];
}

const figure = ({ value, source }: NonNullable<Shown['scores']>['ecs']): string =>
  value === null ? 'unknown' : `${value.toFixed(FIGURE_DIGITS)} (${source})`;
