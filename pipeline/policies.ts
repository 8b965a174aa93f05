import type { Action } from '../contracts/catalogue.ts';
import type { Policy, PolicyWindow } from '../contracts/documents.ts';
import type { Severity } from '../contracts/words.ts';
import { isSpelled, namesOf, spelling } from './action-names.ts';
import type { Catalogue } from './catalogue.ts';
import { simpleWords } from './words.ts';

/** What policies are asked about. Where the plan resolved to no entry, its own words stand for the action. */
export type PolicyQuestion = { action: Action | null; proposed: string; service: string; severity: Severity; now: number };

/** Whether this policy forbids the action for this service, at this severity, at this time. */
export function forbids(policy: Policy, question: PolicyQuestion, catalogue: Catalogue): boolean {
  if (policy.service !== '*' && policy.service !== question.service) return false;
  // A policy that names no severity makes no exception for any.
  if (policy.severities.length > 0 && !policy.severities.includes(question.severity)) return false;
  if (policy.window !== undefined && !isWithin(policy.window, question.now)) return false;
  return policy.blocked_actions.some((blocked) => meansAction(blocked, question, catalogue));
}

const EVERY_ACTION = '*';

/**
 * Whether a policy's words for an action mean this one. A name of the catalogue, however spelled, means its entry and
 * no other; other words mean every action that they describe, because a policy is written by people for people.
 */
function meansAction(blocked: string, { action, proposed }: PolicyQuestion, catalogue: Catalogue): boolean {
  if (blocked.trim() === EVERY_ACTION) return true;
  const spelled = spelling(blocked);
  const named = [...catalogue.actions.values()].filter((known) => isSpelled(spelled, known));
  if (named.length > 0) return named.some(({ id }) => id === action?.id);
  const names = action === null ? [proposed] : namesOf(action);
  return names.some((name) => describes(blocked, name));
}

/** Either one says all that the other says: `restart the API pods at noon` and `restart` both describe `restart_api_pods`. */
function describes(blocked: string, name: string): boolean {
  const [said, meant] = [verbsOf(blocked), verbsOf(name)];
  if (said.size === 0 || meant.size === 0) return false;
  return isWithinSet(said, meant) || isWithinSet(meant, said);
}

const isWithinSet = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean =>
  [...part].every((word) => whole.has(word));

/** Verbs that operators use for one another, by their folded form. */
const SAME_VERB: ReadonlyMap<string, string> = new Map(
  [
    ['restart', 'reboot', 'bounc', 'recycl', 'relaunch'],
    ['rollback', 'revert', 'undo'],
    ['scal', 'resiz', 'autoscal'],
    ['purg', 'flush', 'clear', 'invalidat'],
    ['failover', 'switchover'],
    ['delet', 'remov', 'drop'],
    ['throttl', 'ratelimit'],
  ].flatMap(([first = '', ...others]) => others.map((other) => [other, first] as const)),
);

const verbsOf = (text: string): ReadonlySet<string> =>
  new Set(
    simpleWords(text.replace(/\b(roll|fail|switch)[ _-](back|over)\b/gi, '$1$2')).map((word) => SAME_VERB.get(word) ?? word),
  );

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const DAY_MS = 86_400_000;

/** In UTC, from the first minute up to, but without, the last. A window over midnight belongs to the day it began on. */
export function isWithin({ days, from, to }: PolicyWindow, now: number): boolean {
  const time = new Date(now).toISOString().slice(11, 16);
  const holdsOn = (ms: number): boolean => days === undefined || days.includes(DAYS[new Date(ms).getUTCDay()] ?? 'sun');
  if (from < to) return holdsOn(now) && from <= time && time < to;
  return (time >= from && holdsOn(now)) || (time < to && holdsOn(now - DAY_MS));
}

/** Names in policies that no action of the catalogue answers to: said at start, because such a policy forbids nothing. */
export function unansweredNames(policies: readonly Policy[], catalogue: Catalogue): string[] {
  const actions = [...catalogue.actions.values()];
  return policies.flatMap(({ id, blocked_actions }) =>
    blocked_actions
      .filter(
        (blocked) =>
          !actions.some((action) =>
            meansAction(blocked, { action, proposed: '', service: '', severity: 'low', now: 0 }, catalogue),
          ),
      )
      .map((blocked) => `policy \`${id}\`: \`${blocked}\` is no action of the catalogue`),
  );
}
