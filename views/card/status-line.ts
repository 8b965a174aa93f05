import type { Shown } from '../../contracts/shown.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import type { Level } from '../blocks.ts';
import { data, firstFew, type Line, line, person, soon, when, words } from '../line.ts';
import { OUTCOME, REASON, RECOVERY, WAITING } from '../words.ts';
import { asksForPeople } from './action.ts';

const REASONS_SHOWN = 4;

const LEVELS: Record<CaseStatus, Level> = {
  detected: 'info',
  analyzing: 'info',
  pending_approval: 'warning',
  ready_to_execute: 'info',
  held: 'warning',
  executing: 'info',
  verifying: 'info',
  learning: 'success',
  resolved: 'success',
  rejected: 'default',
  expired: 'default',
  failed: 'error',
  not_recovered: 'error',
  outcome_unknown: 'error',
};

export const levelOf = ({ status, superseded }: Shown): Level => (superseded ? 'default' : LEVELS[status]);

/** What is the case now, in one sentence: the card's coloured line and the notification's text. */
export function statusLine(shown: Shown): Line {
  if (shown.superseded) return line`Superseded: a newer card of this case replaces this one. Nothing here decides any more.`;
  return LINES[shown.status](shown);
}

const LINES: Record<CaseStatus, (shown: Shown) => Line> = {
  detected: () => line`Taken in. A plan is being made; nothing runs before it is checked.`,
  analyzing: ({ problem }) =>
    problem === null
      ? line`The plan is being checked. Nothing runs before the decision.`
      : line`The plan is being checked again after a problem: ${data(problem, 90)}`,
  pending_approval: pending,
  ready_to_execute: ready,
  held: ({ last_act }) =>
    last_act?.kind === 'held'
      ? line`Held by ${person(last_act.by)}${reasonOf(last_act.reason)}. Nothing runs until it is released.`
      : line`Held. Nothing runs until it is released.`,
  executing: () => line`Running now, exactly as shown here.`,
  verifying: ({ verify_at }) =>
    verify_at === null
      ? line`It ran. Telemetry now has to show that the service recovers.`
      : line`It ran. Whether the service recovers is checked at ${soon(verify_at)}.`,
  learning: () => line`The service recovered. A runbook is being written from it.`,
  resolved: ({ learned }) =>
    learned?.decision === null
      ? line`Resolved: the action ran and the service recovered. The runbook learned from it waits to be accepted${words(learned.failures > 0 ? ' again' : '')}.`
      : line`Resolved: the action ran and the service recovered.`,
  rejected,
  expired: ({ expires_at }) =>
    expires_at === null
      ? line`Expired without a decision. Nothing ran.`
      : line`Expired at ${when(expires_at)} without a decision. Nothing ran.`,
  failed: ({ problem }) => line`Stopped: ${data(problem ?? 'no step can carry this case on', 120)}. A person has to take over.`,
  not_recovered: unrecovered,
  outcome_unknown: () =>
    line`The executor's answer was lost. It may have run, and a late effect is possible. A person has to find out.`,
};

function rejected({ last_act, execution }: Shown): Line {
  const by = last_act?.kind === 'rejected' ? line` by ${person(last_act.by)}${reasonOf(last_act.reason)}` : [];
  const hadEffect = execution?.outcome === 'done' || execution?.outcome === 'failed';
  // What did not help can be rejected too, and then it has run all the same.
  return hadEffect ? line`Rejected${by}. What ran is not undone, and nothing more runs.` : line`Rejected${by}. Nothing ran.`;
}

const reasonOf = (reason: string | null): Line => (reason === null ? [] : line` (${data(reason, 60)})`);

/** The last check voided what was decided, and only a fresh look can go on from there. */
const voided = ({ differences, offers }: Shown): boolean =>
  differences.length > 0 && offers.includes('look_again') && !offers.includes('approve') && !offers.includes('override');

function pending(shown: Shown): Line {
  if (asksForPeople(shown.plan))
    return line`No plan was found that could be proposed. Nothing runs before somebody chooses an action.`;
  const { decision, reasons, waiting, needs } = shown;
  if (voided(shown))
    return line`What was decided no longer holds: the last check found changes. Nothing runs before another look.`;
  if (waiting?.for === 'recovered_meanwhile') return line`Nothing runs: ${words(WAITING.recovered_meanwhile)}.`;
  if (decision === 'execute') return line`Every rule passed, but ${words(WAITING[waiting?.for ?? 'source_needs_person'])}.`;
  const way = words(needs === 'nothing_passes' ? 'Nobody can let this plan run.' : 'Nothing runs without a person.');
  if (reasons.length === 0) return line`Blocked. ${way}`;
  return line`Blocked: ${firstFew(
    reasons.map((reason) => words(REASON[reason])),
    REASONS_SHOWN,
  )}. ${way}`;
}

function ready({ waiting, executes_at, approvals }: Shown): Line {
  if (waiting !== null) return waitingLine(waiting);
  if (executes_at !== null) return line`Every rule passed. It runs at ${soon(executes_at)} unless someone holds it.`;
  if (approvals.length > 0)
    return line`Approved by ${firstFew(
      approvals.map(({ by }) => person(by)),
      3,
    )}. It runs after a last check.`;
  return line`Every rule passed. It runs after a last check.`;
}

function waitingLine(waiting: NonNullable<Shown['waiting']>): Line {
  const until = waiting.until === null ? [] : line` until ${when(waiting.until)}`;
  const detail = waiting.detail === '' ? [] : line` (${data(waiting.detail, 60)})`;
  return line`Ready, but ${words(WAITING[waiting.for])}${until}${detail}.`;
}

function unrecovered(shown: Shown): Line {
  const found = endOf(shown);
  return shown.ticket === null ? found : line`${found} The ticket stays open.`;
}

function endOf({ recovery, execution }: Shown): Line {
  if (recovery !== null) return line`It ran. ${words(RECOVERY[recovery.result])}`;
  const outcome = execution?.outcome ?? null;
  if (outcome === null) return line`It did not bring recovery.`;
  const ended = line`The order ended as “${words(OUTCOME[outcome])}”`;
  return outcome === 'failed' ? line`${ended}, so the service did not recover.` : line`${ended}: this action did not run.`;
}
