import { TicketFault } from './fault.ts';

/** On every ticket of the governor, so that they can be listed. */
export const OUR_LABEL = 'safety-governor';
/** The property that says whose case a ticket is. Unlike a label it is not copied when somebody clones the ticket. */
export const CASE_PROPERTY = 'safety-governor';

const ISSUE_KEY = /^[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]{0,17}$/;
const ISSUE_ID = /^[1-9][0-9]{0,17}$/;
const PROJECT_KEY = /^[A-Z][A-Z0-9_]{1,9}$/;
/** No character of these means anything in JQL, in a path or in a label. */
const CASE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** jira.js puts keys into paths as they are, so nothing but a key may reach it. */
export function issueKey(text: string): string {
  if (ISSUE_KEY.test(text)) return text;
  throw new TicketFault('ticket_refused', `\`${text.slice(0, 100)}\` is no key of a Jira issue`);
}

export function issueId(text: string): string {
  if (ISSUE_ID.test(text)) return text;
  throw new TicketFault('ticket_refused', `\`${text.slice(0, 100)}\` is no id of a Jira issue`);
}

export function projectKey(text: string): string {
  if (PROJECT_KEY.test(text)) return text;
  throw new TicketFault('ticket_misconfigured', `JIRA_PROJECT_KEY \`${text.slice(0, 100)}\` is no key of a Jira project`);
}

function checkedCase(caseId: string): string {
  if (CASE_ID.test(caseId)) return caseId;
  throw new TicketFault('ticket_refused', `\`${caseId.slice(0, 100)}\` is no id that a ticket can be found by`);
}

export const caseLabel = (caseId: string): string => `sg-${checkedCase(caseId)}`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Each attempt has a note of its own, so that nobody can write over the note of another. */
export function openingKey(caseId: string, by: string): string {
  if (UUID.test(by)) return `${openingPrefix(caseId)}${by}`;
  throw new TicketFault('ticket_refused', 'an opening is noted under a uuid');
}

/** Whose attempt a key of the account's properties notes; null where it is no note of this case. */
export function openingBy(caseId: string, key: string): string | null {
  const prefix = openingPrefix(caseId);
  const by = key.startsWith(prefix) ? key.slice(prefix.length) : '';
  return UUID.test(by) ? by : null;
}

const openingPrefix = (caseId: string): string => `sg-opening-${checkedCase(caseId)}-`;
