import type { Origin } from '../../contracts/entry-words.ts';
import type { RuleResult } from '../../contracts/gate.ts';
import type { Shown } from '../../contracts/shown.ts';
import { asksForPeople } from '../card/action.ts';
import { againstLines, policyLines, supportLines } from '../card/evidence.ts';
import { figuresLine } from '../card/telemetry.ts';
import { measured } from '../figures.ts';
import { bold, code, data, firstFew, type Line, line, person, when, words } from '../line.ts';
import { exact, visible } from '../text.ts';
import { ORIGIN, REASON_SENTENCE, SEVERITY, WAITING } from '../words.ts';
import { list, section, sentence, type TicketPart } from './parts.ts';

const PARAMETERS_SHOWN = 30;
const VALUE_CHARS = 300;
const RATIONALE_CHARS = 600;
const PROPOSAL_CHARS = 400;
const PROBLEM_CHARS = 400;
const DOCUMENTS_SHOWN = 8;
const IDS_SHOWN = 10;
const CHANGES_SHOWN = 10;
const CHANGE_CHARS = 300;
const NAMES_SHOWN = 8;
const DIGEST_SHOWN = 12;

/** What ties a ticket to the card and to the record: both show the same twelve characters. */
export function identity({ revision, ref }: Pick<Shown, 'revision' | 'ref'>): Line {
  const digest = ref === null ? [] : line`, digest ${code(ref.digest.slice(0, DIGEST_SHOWN))}`;
  return line`Revision ${revision}${digest}`;
}

/** Which action, on what, with which values, by whom, and why in its author's words. */
export function proposal(shown: Shown): TicketPart[] {
  const { plan, action, differences, problem } = shown;
  if (plan === null) return [];
  if (asksForPeople(plan)) {
    const why = problem === null ? [] : line` What went wrong: ${data(problem, PROBLEM_CHARS)}`;
    return section('No action is proposed', sentence(line`The planner asks for people to investigate.${why}`));
  }
  const changed = list(
    differences.map((change) => [data(change, CHANGE_CHARS)]),
    CHANGES_SHOWN,
  );
  return section(
    'What is proposed',
    action === null ? sentence(unknown(plan.proposed_action)) : sentence(known(action)),
    ...list(parameters(action?.parameters ?? plan.parameters), PARAMETERS_SHOWN),
    sentence(origin(shown)),
    ...(changed.length === 0 ? [] : [sentence(line`What changed since the revision before:`), ...changed]),
  );
}

const unknown = (proposed: string): Line =>
  line`${code(proposed, PROPOSAL_CHARS)}, which is no action of the catalogue: nothing can run it.`;

function known({ id, title, target, executor, risk }: NonNullable<Shown['action']>): Line {
  const on = target === '' ? [] : line` on ${code(target)}`;
  return line`${bold('Action')} ${code(id)} (${data(title, 150)})${on}, by ${code(executor)}; risk ${words(SEVERITY[risk].toLowerCase())}.`;
}

const parameters = (given: Readonly<Record<string, unknown>>): Line[] =>
  Object.entries(given).map(([name, value]) => line`${code(visible(name))}: ${code(exact(value), VALUE_CHARS)}`);

function origin({ plan, planner, fallback_from, chosen_by }: Shown): Line {
  const fallback = fallback_from === null ? [] : line` in place of ${code(fallback_from)}`;
  const by =
    chosen_by === null ? line`By the planner ${code(planner ?? 'unknown')}${fallback}` : line`Chosen by ${person(chosen_by)}`;
  return line`${by}: ${data(plan?.rationale ?? '', RATIONALE_CHARS)}`;
}

/** What the gate said of it, rule by rule where one failed, and whose word would let it run. */
export function decision(shown: Shown): TicketPart[] {
  const { decision: said, rules, status, problem } = shown;
  if (said === null)
    return status === 'failed'
      ? section('Stopped', sentence(line`No step can carry this case on: ${data(problem ?? 'unknown', PROBLEM_CHARS)}.`))
      : [];
  const failed = rules.filter(({ passed }) => !passed);
  return section(
    'Decision of the gate',
    sentence(said === 'execute' ? passed(shown) : line`${bold('Blocked.')} Nothing runs without a person.`),
    ...list(failed.map(failure), failed.length),
    ...consent(shown),
  );
}

function passed({ needs, waiting, rules }: Shown): Line {
  const all = line`${bold('Every rule passed')} (${rules.length} of ${rules.length}).`;
  if (needs === 'none') return line`${all} It runs when its hold window ends, unless somebody holds it.`;
  return line`${all} It still waits for a person: ${words(WAITING[waiting?.for ?? 'source_needs_person'])}.`;
}

const failure = ({ rule, measured: found, threshold }: RuleResult): Line =>
  line`${words(REASON_SENTENCE[rule])} Rule ${code(rule)}: measured ${code(measured(found))}, must be ${code(measured(threshold))}.`;

function consent({ needs, who_may_decide, expires_at }: Shown): TicketPart[] {
  if (needs === 'none') return [];
  const end = expires_at === null ? [] : line` Without a decision it expires at ${when(expires_at)}, and nothing runs.`;
  if (needs === 'nothing_passes')
    return [sentence(line`No approval and no override lets this run: choose another action on the card, or reject it.${end}`)];
  const verb = needs === 'override' ? 'override it; an approval does not pass what blocks it' : 'approve it';
  const who =
    who_may_decide.length === 0
      ? line`Nobody is named who may ${words(verb)}.`
      : line`${firstFew(who_may_decide.map(person), NAMES_SHOWN)} may ${words(verb)}.`;
  return [sentence(line`${who}${end}`)];
}

/** Everything that speaks for it or against it, by the ids under which it is stored. */
export function evidence(shown: Shown): TicketPart[] {
  const { fabricated_ids, telemetry, telemetry_problem, claims } = shown;
  const none = claims.length === 0 ? [] : [sentence(line`Nothing for it could be verified.`)];
  const supports = labelled('For it:', supportLines(shown));
  const invented = fabricated_ids.map((id) => [code(id)]);
  const live = telemetry === null ? unmeasured(telemetry_problem) : [sentence(line`Live telemetry: ${figuresLine(telemetry)}.`)];
  return section(
    'Evidence',
    ...labelled('Against it:', againstLines(shown)),
    ...labelled('Forbidden by policy:', policyLines(shown)),
    ...(invented.length === 0 ? [] : [sentence(line`Cited, but no such document exists: ${firstFew(invented, IDS_SHOWN)}.`)]),
    ...(supports.length === 0 ? none : supports),
    ...live,
  );
}

const labelled = (label: string, items: readonly Line[]): TicketPart[] =>
  items.length === 0 ? [] : [sentence(line`${bold(label)}`), ...list(items, DOCUMENTS_SHOWN)];

const unmeasured = (problem: string | null): TicketPart[] =>
  problem === null ? [] : [sentence(line`Live telemetry is unknown: ${data(problem, PROBLEM_CHARS)}.`)];

/** How this revision came to be, where it is not the first. */
export const newRevision = (origin: Origin | null, revision: number): TicketPart[] =>
  origin === null || revision === 1 ? [] : [sentence(line`${bold(`Revision ${revision}`)}: ${words(ORIGIN[origin])}.`)];
