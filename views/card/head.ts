import type { KnownBlock } from '@slack/types';
import type { Reason } from '../../contracts/gate.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Shown } from '../../contracts/shown.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import { alert, bullets, fields, header, quote, rich, title } from '../blocks.ts';
import { percent, plural, score } from '../figures.ts';
import { data, firstFew, type Line, line, words } from '../line.ts';
import { REASON, SEVERITY } from '../words.ts';
import { asksForPeople } from './action.ts';
import { levelOf, statusLine } from './status-line.ts';

const SUMMARY_CHARS = 500;
const SYMPTOMS_SHOWN = 3;
const REASONS_SHOWN = 4;

/** Service and action: what a reader has to know before anything else. */
export const headline = (shown: Shown): string => `${shown.incident.service} · ${shown.action?.title ?? unnamed(shown)}`;

function unnamed({ plan, decision }: Shown): string {
  if (plan === null) return 'new incident';
  // Which action the proposal stands for, if any, is found by the stress test.
  if (decision === null && !asksForPeople(plan)) return 'a plan is being checked';
  return asksForPeople(plan) ? 'no plan, people are asked' : 'no known action';
}

export function head(shown: Shown, classic: boolean): KnownBlock[] {
  return [header(headline(shown)), alert(levelOf(shown), statusLine(shown), classic), fields(facts(shown))];
}

type Fact = readonly [label: string, value: Line];

/** States in which somebody weighs the plan; later its figures would only stand in the way of what happened. */
const WEIGHED: ReadonlySet<CaseStatus> = new Set([
  'analyzing',
  'pending_approval',
  'ready_to_execute',
  'held',
  'rejected',
  'expired',
]);

function facts(shown: Shown): Fact[] {
  // Where nothing is proposed there is nothing to be confident of.
  const weighed = !shown.superseded && WEIGHED.has(shown.status) && !asksForPeople(shown.plan);
  const found = [
    present('Severity', severity(shown.incident)),
    gate(shown),
    ...(weighed ? [confidence(shown), coverage(shown)] : []),
    risk(shown),
    ...(weighed ? [verifier(shown)] : []),
  ];
  return found.filter((fact) => fact !== null);
}

const present = (label: string, value: Line): Fact => [label, value];

const risk = ({ action }: Shown): Fact | null =>
  action === null ? null : ['Risk of the action', line`${words(SEVERITY[action.risk])}`];

function severity({ severity: effective, severity_stated, severity_source }: Incident): Line {
  const name = words(SEVERITY[effective]);
  if (severity_source === 'stated') return line`${name} · as stated`;
  return line`${name} · floor of the service, stated was ${words(severity_stated)}`;
}

function gate({ decision, rules, reasons, status }: Shown): Fact | null {
  if (decision === null) return null;
  if (decision === 'execute') return ['Gate', line`Execute · ${words(plural(rules.length, 'rule'))} passed`];
  const failed = rules.filter((rule) => !rule.passed).length;
  // While a decision is waited for, the coloured line above names the reasons.
  const why = status === 'pending_approval' ? line`${failed} of ${words(plural(rules.length, 'rule'))} failed` : named(reasons);
  return ['Gate', line`Block and escalate · ${why}`];
}

const named = (reasons: readonly Reason[]): Line =>
  firstFew(
    reasons.map((reason) => words(REASON[reason])),
    REASONS_SHOWN,
  );

function confidence({ confidence: figures, scores }: Shown): Fact | null {
  if (figures === null) return null;
  const stated = score(figures.stated);
  const adjusted = score(figures.adjusted);
  const stressed = score(figures.post_stress);
  if (stated === stressed) return ['Confidence', line`${words(stated)}, unchanged by the stress test`];
  const source = scores === null ? '' : ` by a ${scores.ecs.source} ECS`;
  const middle = adjusted === stated ? '' : ` → ${adjusted} adjusted${source}`;
  return ['Confidence', line`${words(stated)} stated${words(middle)} → ${words(stressed)} after stress`];
}

function coverage({ coverage: share, claims }: Shown): Fact | null {
  if (share === null) return null;
  const verified = line`${words(percent(share))} of ${words(plural(claims.length, 'claim'))}`;
  return ['Claims with a verified source', claims.length === 0 ? line`none, the plan makes no claim` : verified];
}

/** What the planner says about its own action once it has seen the evidence. */
function verifier({ rules }: Shown): Fact | null {
  const rule = rules.find((candidate) => candidate.rule === 'position_withdrawn');
  if (rule === undefined) return null;
  return ['Planner after stress', rule.passed ? line`stands by the action` : line`no longer stands by the action`];
}

/** What was reported, as it was reported. */
export function summary({ incident }: Shown): KnownBlock[] {
  const more = incident.symptoms.length - SYMPTOMS_SHOWN;
  const symptoms = incident.symptoms.slice(0, SYMPTOMS_SHOWN).map((symptom) => [data(symptom, 160)]);
  const left = more > 0 ? [line`… ${more} more in the thread`] : [];
  return rich(title('What was reported'), quote(incident.summary, SUMMARY_CHARS), bullets([...symptoms, ...left]));
}
