import type { DecisionKind, Refusal } from '../contracts/entry-words.ts';
import type { Reason } from '../contracts/gate.ts';
import type { Shown } from '../contracts/shown.ts';
import { bold, code, data, firstFew, type Line, line, person, plainText, when, words } from './line.ts';
import { REASON, TOKEN } from './words.ts';

/** What the refused person needs to know about the case; lists may be empty where the case itself is unknown. */
export type RefusalFacts = {
  case_id: string;
  attempted: DecisionKind;
  /** Who may do what was attempted now, as `Shown.who_may_decide`. */
  who_may_decide: readonly string[];
  /** The failed rules of the revision. */
  reasons: readonly Reason[];
  /** The last decision of a person, where there is one. */
  last_act: Shown['last_act'];
};

const NAMES_SHOWN = 5;
const WHY_CHARS = 1_000;

const token = ({ attempted }: RefusalFacts): Line => line`${code(TOKEN[attempted])}`;
const failed = ({ reasons }: RefusalFacts): Line =>
  reasons.length === 0
    ? line`what blocks it`
    : firstFew(
        reasons.map((reason) => words(REASON[reason])),
        NAMES_SHOWN,
      );

function those({ who_may_decide }: RefusalFacts, may: string): Line {
  if (who_may_decide.length === 0) return line`Nobody is named who may ${words(may)}; the approver config decides that.`;
  return line`${firstFew(who_may_decide.map(person), NAMES_SHOWN)} may ${words(may)}.`;
}

const VERB: Record<DecisionKind, string> = {
  approve: 'approve it',
  override: 'override it',
  reject: 'reject it',
  hold: 'hold it',
  release: 'release it',
};
const theyMay = (facts: RefusalFacts): Line => those(facts, VERB[facts.attempted]);

function lastAct({ last_act }: RefusalFacts): Line {
  return last_act === null ? [] : line` Last: ${code(last_act.kind)} by ${person(last_act.by)}, ${when(last_act.at)}.`;
}

const list = code('/incident list');

/** Why it was refused, and what would be accepted. */
const SENTENCES: Record<Refusal, (facts: RefusalFacts) => Line> = {
  unknown_case: () => line`there is no case of that name. ${list} shows the open ones.`,
  superseded: () => line`a newer card of this case has replaced that one. Decide on the newest card; only that one counts.`,
  plan_changed: () => line`the plan is no longer the one you saw. Read the newest card of the case and decide there.`,
  not_shown_yet: () => line`Slack has not confirmed the card with the decision yet. Try again once the card shows it.`,
  not_this_team: () => line`only members of this workspace decide, and your account belongs to another one.`,
  not_a_person: () => line`bots, apps and workflows cannot decide. A person has to press the button or reply.`,
  not_an_approver: (facts) => line`you are not named for this service and severity. ${theyMay(facts)}`,
  requester_may_not_approve: (facts) =>
    line`you opened the case or chose its action, so somebody else has to decide. ${theyMay(facts)}`,
  already_approved_by_you: (facts) => line`your approval counts already; another person is needed. ${theyMay(facts)}`,
  needs_none: () => line`it needs none: every rule passed, and it runs when its hold window ends. ${code('HOLD')} stops it.`,
  needs_override: (facts) =>
    line`${code('APPROVE')} does not pass ${failed(facts)}. ${code('FORCE_OVERRIDE')} with a reason does. ${those(facts, 'override it')}`,
  nothing_passes: (facts) =>
    line`no approval and no override passes ${failed(facts)}. Choose an action of the catalogue, or ${code('REJECT')} it.`,
  already_decided: (facts) => line`it has been decided already.${lastAct(facts)}`,
  already_running: () => line`it has been sent to the executor already. The card shows what comes of it.`,
  expired: () => line`the time for a decision is over. Open the incident again to have its plan checked afresh.`,
  closed: (facts) => line`the case is closed.${lastAct(facts)} Open a new incident if the trouble is back.`,
  not_held: () => line`it is not held, so there is nothing to release.`,
  already_held: (facts) => line`it is held already.${lastAct(facts)} ${code('RELEASE')} lets it go on.`,
  reason_missing: () => line`an override needs a reason. Reply ${code('FORCE_OVERRIDE')} and your reason, or use the form.`,
  before_the_card: () => line`it was written before the card showed the decision. Reply again, now that you can see it.`,
  not_in_the_thread: (facts) =>
    line`it was not a new message in the thread of the newest card. Reply ${token(facts)} there, alone in its message.`,
  not_recorded: () =>
    line`it could not be recorded, so it has no effect. Try again; if it fails again, tell whoever runs the governor.`,
  paused: () => line`all execution is paused. Whoever may override can end that with ${code('/incident resume')}.`,
  bad_signature: () => line`the signature does not fit any key in the approver config. Sign with a key that is listed there.`,
  not_offered: () => line`the card does not offer that in its present state. Its buttons show what is possible.`,
};

/** The private answer to an attempt that did not count. Nothing on the card changes because of it. */
export function refusalText(refusal: Refusal, facts: RefusalFacts): string {
  const what = line`Your ${token(facts)} for ${code(facts.case_id)} was not counted: `;
  return plainText(line`${what}${SENTENCES[refusal](facts)}`);
}

/** The same for what is no decision about a case: a command or a form that could not be carried out. */
export const notDone = (why: string): string => plainText(line`${bold('Not done:')} ${data(why, WHY_CHARS)}`);
