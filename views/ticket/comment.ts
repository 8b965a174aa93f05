import type { BodyOf, EntryBody, EntryKind } from '../../contracts/entry.ts';
import type { Origin } from '../../contracts/entry-words.ts';
import type { Shown } from '../../contracts/shown.ts';
import { statusLine } from '../card/status-line.ts';
import { bold, code, data, type Line, line, link, person, words } from '../line.ts';
import { sentencesOf } from '../notes.ts';
import { SURFACE } from '../words.ts';
import { decision, evidence, identity, newRevision, proposal } from './decision.ts';
import { list, sentence, type TicketPart } from './parts.ts';
import { refusals } from './refusals.ts';

const DETAILS_SHOWN = 20;
const TITLE_CHARS = 200;

/** The case as it stood right behind what is told, how its revision came to be, and the way to its card. */
export type Behind = { shown: Shown; origin: Origin | null; cardUrl: string | null; hosts: readonly string[] };

/** One entry of the case as a comment: what happened, by whom, about which revision, and where it is seen. */
export function ticketComment(body: EntryBody, behind: Behind): TicketPart[] {
  const { shown, origin } = behind;
  if (body.kind === 'gated')
    return [
      ...newRevision(origin, shown.revision),
      ...proposal(shown),
      ...decision(shown),
      ...evidence(shown),
      sentence(where(behind)),
    ];
  const [first = line`${code(body.kind)}`, ...details] = sentences(body);
  const now = TURNS.has(body.kind) ? [sentence(line`${bold('Now:')} ${statusLine(shown)}`)] : [];
  return [sentence(first), ...list(details, DETAILS_SHOWN), ...now, sentence(where(behind))];
}

/** Entries that do not say by themselves what has to happen next. */
const TURNS: ReadonlySet<EntryKind> = new Set(['released', 'voided', 'waiting', 'execution_recorded', 'verified']);

export const refusalsComment = (refused: readonly BodyOf<'refused'>[], last: boolean, behind: Behind): TicketPart[] => [
  ...refusals(refused, last),
  sentence(where(behind)),
];

/** What the thread says of it; what has no note there has its sentence here. */
function sentences(body: EntryBody): readonly Line[] {
  if (body.kind === 'learned')
    return [
      line`A runbook was learned from this case: ${code(body.runbook_id)} ${data(body.title, TITLE_CHARS)}. It supports nothing before an approver accepts it.`,
    ];
  if (body.kind === 'replan_asked') return [line`A new plan was asked for by ${person(body.by)} ${words(SURFACE[body.via])}.`];
  return sentencesOf(body) ?? [];
}

function where({ shown, cardUrl, hosts }: Behind): Line {
  const card = cardUrl === null ? [] : line` · ${link(cardUrl, 'Card in Slack', hosts)}`;
  return line`${identity(shown)}${card}`;
}
