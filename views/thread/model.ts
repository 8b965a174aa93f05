import type { KnownBlock } from '@slack/types';
import type { Shown } from '../../contracts/shown.ts';
import { count, plural } from '../figures.ts';
import { listed } from '../layout.ts';
import { code, firstFew, type Line, line, words } from '../line.ts';

const FIGURE_DIGITS = 2;
/** Most plans cost fractions of a cent. */
const COST_DIGITS = 4;
const IDS_SHOWN = 10;

/** What the model behind the plan cost, which of its published or measured figures weighed in, and what it cites unread. Empty where there is no model. */
export function modelPart({ usage, scores, unretrieved_ids: unretrieved }: Shown): KnownBlock[] {
  const items = [
    ...(usage === null ? [] : [usageLine(usage)]),
    ...(scores === null ? [] : scoresLine(scores)),
    ...(unretrieved.length === 0 ? [] : [unretrievedLine(unretrieved)]),
  ];
  return listed('The model', items);
}

function usageLine({ model, calls, input_tokens, output_tokens, estimated, cost_usd }: NonNullable<Shown['usage']>): Line {
  const about = estimated ? 'about ' : '';
  const cost = cost_usd === null ? 'cost unknown, no prices are configured' : `${about}$${cost_usd.toFixed(COST_DIGITS)}`;
  return line`${code(model)} · ${words(plural(calls, 'call'))} · ${words(about)}${words(count(input_tokens))} tokens in, ${words(count(output_tokens))} out · ${words(cost)}`;
}

/** The governor looks every cited id up by itself; that the agent never did is still worth knowing. */
const unretrievedLine = (ids: readonly string[]): Line =>
  line`Cited, though none of its tools returned it: ${firstFew(
    ids.map((id) => code(id)),
    IDS_SHOWN,
  )}. Each was looked up here all the same.`;

/** A plan without a model has no figures at all, and a line of three unknowns would only be in the way. */
function scoresLine({ ecs, ci, u_curve }: NonNullable<Shown['scores']>): Line[] {
  if ([ecs, ci, u_curve].every(({ source }) => source === 'unknown')) return [];
  const said = [`ECS ${figure(ecs)}`, `CI ${figure(ci)}`, `U-curve ${figure(u_curve)}`].join(' · ');
  return [line`Reliability: ${words(said)}. No rule reads these figures.`];
}

const figure = ({ value, source }: NonNullable<Shown['scores']>['ecs']): string =>
  value === null ? 'unknown' : `${value.toFixed(FIGURE_DIGITS)} (${source})`;
