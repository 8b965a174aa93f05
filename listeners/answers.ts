import type { DecisionKind, Refusal } from '../contracts/entry-words.ts';
import { SEVERITIES } from '../contracts/words.ts';
import type { CaseState } from '../pipeline/case-state.ts';
import { currentRevision } from '../pipeline/case-state.ts';
import type { CommandProblem } from '../pipeline/intake/command.ts';
import { bold, code, firstFew, type Line, line, person, plainText, words } from '../views/line.ts';
import { notDone } from '../views/refusal.ts';
import { SEVERITY, TOKEN } from '../views/words.ts';

// The short private sentences by which listeners answer. Whatever is laid out in blocks is in views/.

export const NOT_RECORDED = plainText(
  line`${bold('Not recorded.')} It has no effect so far: try again. If it gets through after all, you are told here.`,
);
/** The same under an input of a form, where nothing is marked up. */
export const NOT_RECORDED_FORM = 'Not recorded, so it has no effect so far. Send the form again.';
export const RECORDED = plainText(line`It is recorded.`);
export const SLOW = plainText(line`This takes longer than usual; the answer follows.`);
export const FORM_NOT_OPENED = notDone('the form could not be opened in time. Press the button again.');
export const UNREADABLE = notDone(
  'this button belongs to something that can no longer be read. Use the newest card of the case.',
);
export const NOTHING_LISTENS = notDone('nothing answers to this any more. /incident help says what is possible.');

/** A sentence of ours about a case whose id comes from outside. */
const about = (caseId: string): Line => line`${code(caseId)}`;

export function decidedText(kind: DecisionKind, state: CaseState): string {
  return plainText(line`${code(TOKEN[kind])} for ${about(state.caseId)} is recorded. ${words(effectOf(kind, state))}`);
}

function effectOf(kind: DecisionKind, state: CaseState): string {
  if (kind === 'hold') return 'Nothing runs until it is released.';
  if (kind === 'release') return 'It goes on as if it had not been held.';
  if (kind === 'reject') return 'The case is closed and nothing runs.';
  const runs = currentRevision(state)?.approved === true;
  if (!runs) return 'More people are needed; the card says how many.';
  return state.held ? 'It runs once it is released.' : 'It runs after a last check of the evidence.';
}

export function openedText(state: CaseState, fresh: boolean): string {
  const { service, severity, severity_source: source } = state.incident;
  const raised = source === 'service_floor' ? line` (raised to the least that ${code(service)} allows)` : [];
  const level = line`${words(SEVERITY[severity].toLowerCase())}${raised}`;
  const opened = fresh ? 'is open' : 'was opened by this already';
  return plainText(
    line`Case ${about(state.caseId)} ${words(opened)}: ${code(service)}, ${level}. Its card shows what comes of it.`,
  );
}

const ID_HINT = 'a case has an id like inc-…; /incident list shows the open ones.';

/** What was wrong with a command, in words. What is accepted stands below it in the same answer. */
const PROBLEMS: Record<CommandProblem['about'], (given: string) => string> = {
  service: (given) => `“${given}” is no service name: lower-case letters, digits, dots and dashes.`,
  severity: (given) => `“${given}” is no severity: ${SEVERITIES.join(', ')}.`,
  summary: () => 'A summary is missing: say in a few words what happens.',
  case_id: (given) => (given === '' ? `The id of a case is missing; ${ID_HINT}` : `“${given}” is no id of a case; ${ID_HINT}`),
  sub_command: (given) =>
    `“${given}” alone is no command: name a service, a severity and what happens, or one of the commands below.`,
};

const GIVEN_SHOWN = 60;

export function problemText({ about: what, given }: CommandProblem): string {
  const shown = given.length > GIVEN_SHOWN ? `${given.slice(0, GIVEN_SHOWN).toWellFormed()}…` : given;
  return PROBLEMS[what](shown);
}

export const summaryMissing = notDone('a summary is missing. Say in a few words what happens.');
export const serviceMalformed = notDone('a service name has lower-case letters, digits, dots and dashes.');

/** Refusals of what steers a case or the governor, where no decision was attempted. */
const STEERING: Partial<Record<Refusal, string>> = {
  unknown_case: 'there is no case of that name. /incident list shows the open ones.',
  superseded: 'a newer card of this case has replaced that one. Use the newest card.',
  plan_changed: 'the plan is no longer the one you saw. Use the newest card.',
  not_this_team: 'only members of this workspace may do that, and your account belongs to another one.',
  not_a_person: 'only people may do that, not bots, apps or workflows.',
  not_an_approver: 'you are not named for that in the approver config. /incident who and the id of a case says who is.',
  bad_signature: 'the key is not listed in the approver config, so nobody knows whose it is.',
  not_offered: 'the card does not offer that in its present state.',
};

export const steeringText = (refusal: Refusal): string => notDone(STEERING[refusal] ?? 'it is not possible now.');

const CASES_NAMED = 10;

/** What a pause answers: it is never late to know what it could not stop. */
export function pausedText(underWay: readonly CaseState[]): string {
  const stopped = line`${bold('Paused.')} Nothing begins to run until somebody who may override resumes.`;
  if (underWay.length === 0) return plainText(line`${stopped} Nothing is under way.`);
  const cases = underWay.map(({ caseId, execution }) => line`${about(caseId)} (${code(execution?.actionId ?? '')})`);
  return plainText(line`${stopped} ${bold('Already under way, and not stopped:')} ${firstFew(cases, CASES_NAMED)}.`);
}

export const resumedText = (by: string): string =>
  plainText(line`${bold('Resumed')} by ${person(by)}. Cases that are ready go on after a last check.`);
