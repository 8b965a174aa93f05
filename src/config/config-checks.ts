import type { ApproverRule, GovernorConfig } from '../../contracts/config.ts';
import { escalationProblems } from './escalation-checks.ts';
import { executorProblems, executorWarnings } from './executor-checks.ts';
import type { KeyProblem } from './issues.ts';
import { plannerProblems } from './planner-checks.ts';
import { telemetryProblems } from './telemetry-checks.ts';

const KEY_BYTES = 32;

/** What the shape of the config cannot say: values that contradict one another or name something that is not there. */
export function configProblems(config: GovernorConfig): KeyProblem[] {
  return [
    ...plannerProblems(config),
    ...freezeProblems(config),
    ...keyProblemsOf(config.approvers),
    ...telemetryProblems(config),
    ...executorProblems(config),
    ...escalationProblems(config),
  ];
}

function freezeProblems({ freezes }: GovernorConfig): KeyProblem[] {
  return freezes.flatMap(({ from, to }, index) =>
    Date.parse(from) < Date.parse(to) ? [] : [{ key: `freezes[${index}]`, reason: `ends at \`${to}\`, not after it begins` }],
  );
}

/** A key stands for one person: two people behind one key could not be told apart, and a quorum of two would be one. */
function keyProblemsOf(rules: readonly ApproverRule[]): KeyProblem[] {
  const owners = new Map<string, string>();
  const problems: KeyProblem[] = [];
  for (const [index, rule] of rules.entries()) {
    for (const [place, key] of rule.keys.entries()) {
      const where = `approvers[${index}].keys[${place}].public_key`;
      // One key may be written with and without its padding.
      const bytes = Buffer.from(key.public_key, 'base64').toString('base64');
      const owner = owners.get(bytes) ?? key.user;
      owners.set(bytes, owner);
      if (owner !== key.user) problems.push({ key: where, reason: `belongs to \`${owner}\` already` });
      if (!isRawKey(key.public_key)) problems.push({ key: where, reason: `is not base64 of ${KEY_BYTES} bytes` });
    }
  }
  return problems;
}

function isRawKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES && bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
}

const USER_ID = /^[UW][A-Z0-9]{2,}$/;
const GROUP_ID = /^S[A-Z0-9]{2,}$/;

/** Settings that are safe and yet probably not what was meant: each grants less than its author thinks. */
export function configWarnings(config: GovernorConfig): string[] {
  const { approvers } = config;
  const rules =
    approvers.length === 0
      ? ['approvers is empty: nobody can approve, override or release anything']
      : approvers.flatMap((rule, index) => ruleWarnings(rule, `approvers[${index}]`));
  return [...rules, ...executorWarnings(config), ...ticketWarnings(config)];
}

/** Until a creation is settled no second one is tried; a request that may outlast that would undo it. */
const ticketWarnings = ({ jira: { settle_s, timeout_s } }: GovernorConfig): string[] =>
  settle_s > timeout_s
    ? []
    : ['jira.settle_s is not longer than jira.timeout_s: a ticket whose creation is answered late may be made twice'];

function ruleWarnings(rule: ApproverRule, where: string): string[] {
  const warnings: string[] = [];
  const people = new Set([...rule.users, ...rule.keys.map((key) => key.user)]);
  if (people.size === 0 && rule.groups.length === 0) warnings.push(`${where} names nobody, so it grants nothing`);
  if (rule.groups.length === 0 && people.size > 0 && people.size < rule.quorum) {
    warnings.push(`${where} asks for ${rule.quorum} people and names ${people.size}: its quorum can never be met`);
  }
  for (const user of people)
    if (!USER_ID.test(user)) warnings.push(`${where}: \`${user}\` is no Slack user id, so it matches nobody`);
  for (const group of rule.groups) if (!GROUP_ID.test(group)) warnings.push(`${where}: \`${group}\` is no Slack user-group id`);
  return warnings;
}
