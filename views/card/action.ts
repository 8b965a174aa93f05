import type { KnownBlock } from '@slack/types';
import { INVESTIGATE } from '../../contracts/catalogue.ts';
import type { Shown } from '../../contracts/shown.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import { context, fewBullets, paragraph, preformatted, quote, rich, title } from '../blocks.ts';
import { bold, code, data, type Line, line, person } from '../line.ts';
import { cut, exact, visible } from '../text.ts';

type ShownAction = NonNullable<Shown['action']>;

/** Room for what runs. It is larger than any sensible action needs; what exceeds it is in the thread, and the card says so. */
const ACTION_CHARS = 1_800;
const DESCRIPTION_CHARS = 200;
const PROPOSAL_CHARS = 600;
const NAME_COLUMN_MAX = 24;
const RATIONALE_CHARS = 400;
const DIFFERENCE_CHARS = 250;
const DIFFERENCES_SHOWN = 5;

const RUNS: Partial<Record<CaseStatus, string>> = {
  analyzing: 'What is proposed',
  executing: 'What runs',
  verifying: 'What ran',
  learning: 'What ran',
  resolved: 'What ran',
  not_recovered: 'What was ordered',
  outcome_unknown: 'What was ordered',
  rejected: 'What was proposed',
  expired: 'What was proposed',
  failed: 'What was proposed',
};

function heading({ superseded, status, execution }: Shown): string {
  if (superseded) return execution === null ? 'What was proposed' : 'What was ordered';
  return RUNS[status] ?? 'What would run';
}

/** What would run, to the letter: the stored action, its target and every parameter. */
export function action(shown: Shown): KnownBlock[] {
  if (shown.action === null) return proposal(shown);
  const rows = actionRows(shown.action);
  const { text, left } = within(rows, ACTION_CHARS);
  const warning = line`Not everything that runs fits here: ${left} more lines are in the thread. Read them before deciding.`;
  return [
    ...rich(
      title(heading(shown)),
      paragraph([data(shown.action.description, DESCRIPTION_CHARS)]),
      preformatted(text, ACTION_CHARS),
    ),
    ...(left === 0 ? [] : [context(warning)]),
  ];
}

/** One line a fact, names padded to one column. Every value is written so that two different ones never look alike. */
export function actionRows({ id, executor, target, parameters }: ShownAction): string[] {
  const facts: Row[] = [
    ['action', visible(id)],
    ['executor', visible(executor)],
  ];
  if (target !== '') facts.push(['target', visible(target)]);
  return columns([...facts, ...parameterRows(parameters)]);
}

type Row = [name: string, value: string];
export const parametersOf = (parameters: Record<string, unknown>): string[] => columns(parameterRows(parameters));

const parameterRows = (parameters: Record<string, unknown>): Row[] =>
  Object.entries(parameters).map(([name, value]) => [visible(name), exact(value)]);

function columns(rows: readonly Row[]): string[] {
  const wide = Math.min(NAME_COLUMN_MAX, Math.max(0, ...rows.map(([name]) => name.length)));
  return rows.map(([name, value]) => `${name.padEnd(wide)}  ${value}`);
}

function within(rows: readonly string[], max: number): { text: string; left: number } {
  const shown: string[] = [];
  for (const row of rows) {
    if ([...shown, row].join('\n').length > max) break;
    shown.push(row);
  }
  return { text: shown.join('\n'), left: rows.length - shown.length };
}

/** A proposal that is no action of the catalogue, or not yet known to be one: shown as what it is, a text that nothing can run. */
function proposal({ plan, problem, decision }: Shown): KnownBlock[] {
  if (plan === null) return [];
  if (asksForPeople(plan)) return noProposal(problem);
  const text = cut(visible(plan.proposed_action), PROPOSAL_CHARS);
  const rows = within([text, ...parametersOf(plan.parameters)], ACTION_CHARS);
  const heading = decision === null ? 'What is proposed' : 'What was proposed (nothing can run it)';
  return rich(title(heading), preformatted(rows.text, ACTION_CHARS));
}

/** The planner found nothing to propose, or failed: the reserved proposal that never resolves. */
export const asksForPeople = (plan: Shown['plan']): boolean => plan?.proposed_action === INVESTIGATE;

function noProposal(problem: string | null): KnownBlock[] {
  const why = problem === null ? [] : line` What went wrong: ${data(problem, DIFFERENCE_CHARS)}`;
  return rich(title('No action is proposed'), paragraph(line`The planner asks for people to investigate.${why}`));
}

/** Where the plan comes from, and its own words for it. */
export function rationale({ plan, planner, fallback_from, chosen_by }: Shown): KnownBlock[] {
  if (plan === null) return [];
  return rich(paragraph(origin(planner, fallback_from, chosen_by)), quote(plan.rationale, RATIONALE_CHARS));
}

function origin(planner: string | null, fallbackFrom: string | null, chosenBy: string | null): Line {
  if (chosenBy !== null) return line`${bold('Chosen by ')}${person(chosenBy)}`;
  const fallback = fallbackFrom === null ? [] : line` (in place of ${code(fallbackFrom)})`;
  return line`${bold('Why, in the words of ')}${code(planner ?? 'the planner')}${fallback}`;
}

/** What the last check found changed, where it led to this revision. */
export function differences({ differences: changes }: Shown): KnownBlock[] {
  const items = changes.map((change) => [data(change, DIFFERENCE_CHARS)]);
  return items.length === 0 ? [] : rich(title('What changed'), fewBullets(items, DIFFERENCES_SHOWN));
}
