import type { KnownBlock } from '@slack/types';
import type { Reason } from '../../contracts/gate.ts';
import type { Shown } from '../../contracts/shown.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import { bullets, fewBullets, rich, title } from '../blocks.ts';
import { measured } from '../figures.ts';
import { bold, code, data, firstFew, type Line, line, person, when, words } from '../line.ts';
import { REASON_SENTENCE } from '../words.ts';
import { asksForPeople } from './action.ts';

const PEOPLE_SHOWN = 6;
const FLIPS_SHOWN = 3;
const APPROVALS_SHOWN = 4;
const REASON_CHARS = 200;
const PROBLEMS_SHOWN = 4;

/** Reasons that a part of the card shows with its documents, ids or figures; saying them twice would hide the others. */
const TOLD_ELSEWHERE: ReadonlySet<Reason> = new Set(['policy_conflict', 'contradictions', 'fabricated_authority']);

/** Where nothing is proposed, these say nothing more. */
const WITHOUT_A_PLAN: ReadonlySet<Reason> = new Set([...TOLD_ELSEWHERE, 'unsupported', 'unknown_action', 'thin_coverage']);

/** Why it may not run by itself, as far as no other part tells it. */
export function reasons({ reasons: failed, telemetry, telemetry_problem, parameter_problems, rules, plan }: Shown): KnownBlock[] {
  const told = telemetry === null && telemetry_problem !== null;
  const silent = asksForPeople(plan) ? WITHOUT_A_PLAN : TOLD_ELSEWHERE;
  const items = failed.filter((reason) => !silent.has(reason) && !(told && reason === 'telemetry_unknown'));
  const unfit = items.includes('unknown_action') ? parameter_problems.slice(0, PROBLEMS_SHOWN) : [];
  const lines = [
    ...items.map((reason) => line`${words(REASON_SENTENCE[reason])}${named(reason, rules)}`),
    ...unfit.map((problem) => line`Parameters: ${data(problem, REASON_CHARS)}`),
  ];
  return lines.length === 0 ? [] : rich(title('Why it may not run by itself'), bullets(lines));
}

function named(reason: Reason, rules: Shown['rules']): Line {
  const ids = rules.find(({ rule }) => rule === reason)?.measured;
  return reason === 'stale_evidence' && Array.isArray(ids) && ids.length > 0 ? line` ${code(measured(ids))}` : [];
}

/** The smallest changes that would turn the block, as the gate found them. */
export function flips({ flips: found, plan }: Shown): KnownBlock[] {
  if (found.length === 0 || asksForPeople(plan)) return [];
  const items = found.map(({ changes }) => changes.map(change).reduce((all, next) => line`${all}${words(', and ')}${next}`));
  return rich(title('What would let it run by itself'), fewBullets(items, FLIPS_SHOWN));
}

type Change = Shown['flips'][number]['changes'][number];

/** What a change is about, by the field of the findings that would have to be different. */
const FIELD: Record<string, string> = {
  policy_conflicts: 'conflicting policies',
  contradictions: 'contradictions',
  supports: 'verified sources',
  coverage: 'share of claims with a verified source',
  severity: 'severity',
  fabricated_ids: 'invented sources',
  action_known: 'the action is in the catalogue',
  parameters_valid: 'its parameters fit',
  position_withdrawn: 'its planner withdrew it',
  stale_ids: 'changed documents',
};

export function change({ field, from, to }: Change): Line {
  if (field === 'telemetry') return line`live telemetry: unknown → known`;
  const name = Object.hasOwn(FIELD, field) ? words(FIELD[field] ?? '') : code(field);
  return line`${name}: ${code(measured(from, 90))} → ${code(measured(to, 60))}`;
}

/** Who may decide now, by what, and until when. */
export function who(shown: Shown): KnownBlock[] {
  const lines = consentLines(shown);
  return lines.length === 0 ? [] : rich(title('Who decides'), bullets(lines));
}

function consentLines(shown: Shown): Line[] {
  const lines = [...(CONSENT[shown.status]?.(shown) ?? []), quorum(shown), expiry(shown), holding(shown)];
  return lines.filter((found) => found.length > 0);
}

/** By state: what a person may settle there, and by what. */
const CONSENT: Partial<Record<CaseStatus, (shown: Shown) => Line[]>> = {
  pending_approval: (shown) => [permission(shown)],
  held: (shown) => [
    permission(shown),
    line`Whoever holds the release right ends the hold: the button, or the reply ${code('RELEASE')} in this thread.`,
  ],
  resolved: ({ offers }) =>
    offers.includes('accept_runbook')
      ? [line`An approver accepts, edits or discards the runbook. Until then it supports nothing.`]
      : [],
  outcome_unknown: () => [line`An approver says whether it ran, after a look at the target itself.`],
};

const people = (names: readonly string[]): Line => firstFew(names.map(person), PEOPLE_SHOWN);

function permission({ needs, who_may_decide, offers }: Shown): Line {
  if (needs === 'none') return [];
  if (needs === 'nothing_passes') return nothingPasses(offers);
  // Without the button no reply would count either.
  if (!offers.includes(needs))
    return offers.includes('look_again') ? line`It has to be looked at again before anybody can decide.` : [];
  if (who_may_decide.length === 0) return line`Nobody is named for this service and severity, so nobody can let it run.`;
  return line`${people(who_may_decide)} ${needs === 'approve' ? APPROVING : OVERRIDING}`;
}

const APPROVING = line`may approve: the button, or the reply ${code('APPROVE')} in this thread.`;
const OVERRIDING = line`may override: the button, or the reply ${code('FORCE_OVERRIDE reason')} in this thread. ${code('APPROVE')} does not pass it.`;

function nothingPasses(offers: Shown['offers']): Line {
  const way = offers.includes('choose_action') ? ' Choose an action of the catalogue, or reject it.' : '';
  return line`No approval and no override lets this run.${words(way)}`;
}

function quorum({ approvals, approvals_needed, status }: Shown): Line {
  if (status !== 'pending_approval' || approvals_needed < 2) return [];
  return line`${approvals_needed} different people are needed; ${approvals.length} so far.`;
}

/** A consent grows old too: what could not begin in time never begins. */
function expiry({ expires_at, status }: Shown): Line {
  if (expires_at === null) return [];
  if (status === 'pending_approval') return line`Without a decision it expires at ${when(expires_at)}, and nothing runs.`;
  const waits = status === 'ready_to_execute' || status === 'held';
  return waits ? line`It expires at ${when(expires_at)} unless it has begun to run by then.` : [];
}

const holding = ({ offers }: Shown): Line =>
  offers.includes('hold') ? line`Anyone of the team may hold it: the button, or the reply ${code('HOLD')} in this thread.` : [];

/** Consents given so far, with the reasons they were given for. */
export function approvals({ approvals: given }: Shown): KnownBlock[] {
  if (given.length === 0) return [];
  const items = given.map(({ by, as, at, reason }) => {
    const kind = as === 'override' ? bold('override') : words('approval');
    const because = reason === null ? [] : line`: ${data(reason, REASON_CHARS)}`;
    return line`${person(by)} · ${kind} · ${when(at)}${because}`;
  });
  return rich(title('Approvals'), fewBullets(items, APPROVALS_SHOWN));
}
