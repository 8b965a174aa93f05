import type { JiraConfig } from '../../contracts/jira.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { isUnencrypted } from '../outward/unencrypted.ts';
import { isFault } from '../tickets/jira/fault.ts';
import type { Inspection, IssueType } from '../tickets/jira/inspection.ts';
import { chooseClosing } from '../tickets/jira/transitions.ts';
import { judgeScreen } from './check-jira-screen.ts';
import { bad, type Finding, good, tip } from './finding.ts';

export type CheckedJira = {
  /** Throws where the project's key is none. */
  inspect: () => Inspection;
  baseUrl: string;
  projectKey: string;
  config: JiraConfig;
};

const GUIDE = 'see docs/jira.md';

/**
 * Whether tickets could be opened, told and closed, looked at without making anything. A question that Jira does not
 * answer is a finding, and ends none of the others.
 */
export async function checkJira(parts: CheckedJira): Promise<Finding[]> {
  const { inspect, projectKey, config } = parts;
  const inspection = inspectionOf(inspect);
  if ('check' in inspection) return [inspection];
  const reached = await reach(inspection, parts);
  if (!reached.ok) return [reached];
  const [project, rights, search, notes] = await Promise.all([
    guarded('Jira project', async () => {
      const { name } = await inspection.project();
      return good('Jira project', name === '' ? projectKey : `${projectKey} (${name})`);
    }),
    guarded('Jira rights', () => rightsOf(inspection)),
    guarded('Jira search', () => searchOf(inspection)),
    ...(config.note_openings ? [guarded('Jira notes', () => notesOf(inspection))] : []),
  ]);
  const around = [project, rights, search, notes].filter((finding) => finding !== undefined);
  return [reached, ...around, ...(project.ok ? await typed(inspection, config) : [])];
}

function inspectionOf(inspect: () => Inspection): Inspection | Finding {
  try {
    return inspect();
  } catch (fault) {
    return bad('Jira', said(fault), 'give the letters in front of the numbers of its tickets, say OPS, in JIRA_PROJECT_KEY');
  }
}

async function reach(inspection: Inspection, { baseUrl, config }: CheckedJira): Promise<Finding> {
  try {
    const account = await inspection.account();
    return insecure(baseUrl) ?? gateway(baseUrl, config) ?? good('Jira', `${account} at ${new URL(baseUrl).host}`);
  } catch (fault) {
    const fix = isFault(fault, 'ticket_unauthorized')
      ? 'give the e-mail address of the account in JIRA_EMAIL, and a token that it has made itself in JIRA_API_TOKEN'
      : 'give the address of the site in JIRA_BASE_URL (https://NAME.atlassian.net), and check that this machine reaches it';
    return bad('Jira', said(fault), fix);
  }
}

const GATEWAY = 'api.atlassian.com';

const insecure = (baseUrl: string): Finding | null =>
  isUnencrypted(baseUrl)
    ? bad('Jira', 'JIRA_BASE_URL is not https: the token can be read on its way', 'give an address that begins with https')
    : null;

function gateway(baseUrl: string, { site_url }: JiraConfig): Finding | null {
  if (new URL(baseUrl).hostname !== GATEWAY || site_url !== undefined) return null;
  return bad('Jira', 'links to tickets would lead to the gateway', 'give the site that people see as jira.site_url');
}

const RIGHTS: Readonly<Record<string, string>> = {
  BROWSE_PROJECTS: 'Browse projects',
  CREATE_ISSUES: 'Create issues',
  ADD_COMMENTS: 'Add comments',
  TRANSITION_ISSUES: 'Transition issues',
  RESOLVE_ISSUES: 'Resolve issues',
};

async function rightsOf(inspection: Inspection): Promise<Finding> {
  const missing = await inspection.missingRights(Object.keys(RIGHTS));
  if (missing.length === 0) return good('Jira rights', 'may open tickets, comment on them and close them');
  const names = missing.map((right) => RIGHTS[right] ?? right).join(', ');
  return bad('Jira rights', `the account lacks: ${names}`, `give the account these rights in the project; ${GUIDE}`);
}

async function searchOf(inspection: Inspection): Promise<Finding> {
  const found = await inspection.ownTickets();
  return good('Jira search', found === 0 ? 'finds no ticket of the governor yet' : `finds ${found} tickets of the governor`);
}

async function notesOf(inspection: Inspection): Promise<Finding> {
  try {
    await inspection.readNotes();
    return good('Jira notes', 'openings can be noted at the account');
  } catch (fault) {
    const fix = 'let the account read and write its own user properties, or set jira.note_openings to false and run one process';
    return bad('Jira notes', said(fault), fix);
  }
}

/** What depends on the type of issue that tickets are of. */
async function typed(inspection: Inspection, config: JiraConfig): Promise<Finding[]> {
  const check = 'Jira issue type';
  const asked = await answered(inspection.issueTypes());
  if (!asked.ok) return [unanswered(check, asked.fault)];
  const usable = asked.value.filter(({ subtask }) => !subtask);
  const type = usable.find(({ name }) => same(name, config.issue_type));
  if (type === undefined) return [unknownType(config.issue_type, usable)];
  const [screen, closing] = await Promise.all([
    guarded('Jira fields', async () => judgeScreen(await inspection.createScreen(type.id), config)),
    guarded('Jira closing', () => closingOf(inspection, type, config)),
  ]);
  return [good(check, type.name), screen, closing];
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function unknownType(wanted: string, usable: readonly IssueType[]): Finding {
  const names = usable.map(({ name }) => `\`${name}\``).join(', ') || 'none that the account may make';
  return bad('Jira issue type', `the project has no \`${wanted}\``, `name another in jira.issue_type: there are ${names}`);
}

/** The workflow shows itself only on an issue that is under way; any one of the type will do, and it is only looked at. */
async function closingOf(inspection: Inspection, { id, name }: IssueType, config: JiraConfig): Promise<Finding> {
  const check = 'Jira closing';
  const issue = await inspection.openIssue(id);
  if (issue === null) {
    const later = 'run doctor again once a ticket is open: its workflow is then looked at';
    return tip(check, `no \`${name}\` is open in the project, so the way to its end cannot be seen`, later);
  }
  const chosen = chooseClosing(await inspection.transitions(issue.key), config, new Set([issue.status]));
  if (!chosen.ok) return bad(check, chosen.refusal, `${GUIDE}, on closing`);
  const { to, category } = chosen.transition;
  const way = `from \`${issue.status}\` to \`${to}\``;
  if (category === 'done') return good(check, way);
  return tip(
    check,
    `${way}, from where the rest cannot be seen`,
    `look at a \`${name}\` in \`${to}\`, or run doctor again when a ticket is there`,
  );
}

type Answer<T> = { ok: true; value: T } | { ok: false; fault: unknown };

async function answered<T>(asked: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (fault) {
    return { ok: false, fault };
  }
}

async function guarded(check: string, ask: () => Promise<Finding>): Promise<Finding> {
  const asked = await answered(ask());
  return asked.ok ? asked.value : unanswered(check, asked.fault);
}

const unanswered = (check: string, fault: unknown): Finding =>
  bad(check, said(fault), `check JIRA_PROJECT_KEY and that the account may see the project; ${GUIDE}`);

const said = (fault: unknown): string => (problemOf(fault).split('\n', 1)[0] ?? '').slice(0, 300);
