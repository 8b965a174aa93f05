import type { JiraConfig } from '../../contracts/jira.ts';
import { Severity } from '../../contracts/words.ts';
import type { ScreenField } from '../tickets/jira/inspection.ts';
import { bad, type Finding, good } from './finding.ts';

/** What the governor gives by itself, and what Jira fills in for whoever asks. */
const GIVEN: ReadonlySet<string> = new Set(['project', 'issuetype', 'summary', 'description', 'labels', 'reporter']);
const NEEDED = ['summary', 'description', 'labels'] as const;

/** Whether a ticket as the governor makes it passes the screen: everything wanted is given, and nothing else. */
export function judgeScreen(screen: readonly ScreenField[], config: JiraConfig): Finding {
  const known = new Map(screen.map((field) => [field.id, field]));
  const given = [...Object.keys(config.fields), ...(isComplete(config.priorities) ? ['priority'] : [])];
  const wanted = screen.filter(
    ({ id, required, hasDefault }) => required && !hasDefault && !GIVEN.has(id) && !given.includes(id),
  );
  const problems = [
    ...wanted.map(({ id, name, allowed }) => `\`${id}\` (${name}) is required${oneOf(allowed)}: give it in ${placeOf(id)}`),
    ...NEEDED.filter((id) => !known.has(id)).map((id) => `\`${id}\` is not on the create screen: put it there`),
    ...Object.keys(config.fields)
      .filter((id) => !known.has(id))
      .map((id) => `\`${id}\` of jira.fields is not on the create screen: put it there, or leave it out`),
    ...priorityProblems(config, known.get('priority')),
  ];
  if (problems.length === 0) return good('Jira fields', `all that the create screen requires is given (${screen.length} fields)`);
  return bad('Jira fields', 'a new ticket would be refused', problems.join('; '));
}

const isComplete = (priorities: JiraConfig['priorities']): boolean =>
  Severity.options.every((severity) => priorities[severity] !== undefined);

const placeOf = (id: string): string => (id === 'priority' ? 'jira.priorities, for every severity' : `jira.fields.${id}`);

function priorityProblems({ priorities }: JiraConfig, field: ScreenField | undefined): string[] {
  const names = [...new Set(Object.values(priorities))];
  if (names.length === 0) return [];
  if (field === undefined) return ['`priority` is not on the create screen: put it there, or leave jira.priorities out'];
  if (field.allowed.length === 0) return [];
  return names
    .filter((name) => !field.allowed.includes(name))
    .map((name) => `\`${name}\` of jira.priorities is no priority here${oneOf(field.allowed)}`);
}

const ALLOWED_SHOWN = 10;
const oneOf = (allowed: readonly string[]): string =>
  allowed.length === 0
    ? ''
    : `, one of ${allowed
        .slice(0, ALLOWED_SHOWN)
        .map((name) => `\`${name}\``)
        .join(', ')}`;
