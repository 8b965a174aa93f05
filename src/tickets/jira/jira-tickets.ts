import type { JiraConfig } from '../../../contracts/jira.ts';
import type { TicketText } from '../../../contracts/ticket-text.ts';
import type { Clock, TicketRequest, Tickets } from '../../../pipeline/ports.ts';
import { redact } from '../../../pipeline/redaction.ts';
import { oneLine } from '../../../views/text.ts';
import type { Log } from '../../log.ts';
import { ANSWER_LOST } from '../../outward/json-http.ts';
import { without } from '../without.ts';
import { fitted } from './adf-text.ts';
import { cut } from './clip.ts';
import { isFault, TicketFault } from './fault.ts';
import { createJira, type Jira } from './jira.ts';
import { issueKey } from './names.ts';
import { createOpenTicket } from './open-ticket.ts';
import { openingsHere, openingsInJira, removeOpenings } from './openings.ts';
import type { Issue } from './shapes.ts';
import { siteOf } from './site.ts';
import { isMarked, mark } from './told.ts';
import { type Chosen, chooseClosing, chooseReopening } from './transitions.ts';
import type { JiraSettings } from './transport.ts';
import { createTurns } from './turns.ts';

export type JiraTicketsOptions = {
  jira: JiraSettings;
  config: JiraConfig;
  clock: Clock;
  log: Log;
  /** Takes secrets out of what is sent; what looks like one goes in any case. */
  hide?: (text: string) => string;
  /** Names of hosts that texts in tickets may link to, beside Jira's own. */
  hosts?: readonly string[];
  onSchemaMismatch?: 'warn' | 'throw';
};

/** Jira's own limit. */
const SUMMARY_MAX = 255;
/** Cases that are known to have no note any more; forgetting one costs a request. */
const TIDIED_MAX = 10_000;

/**
 * Tickets in Jira Cloud: at most one a case and each comment once, also after lost answers, a restart, and beside other
 * replicas. Every failure is a TicketFault whose `retryAfterMs` says when it is worth asking again.
 */
export function createJiraTickets(options: JiraTicketsOptions): Tickets {
  const { config, clock, log } = options;
  const jira = createJira({ ...options, timeoutMs: config.timeout_s * 1_000 });
  const openings = config.note_openings ? openingsInJira(jira) : openingsHere();
  const write = createWriting(options);
  const settleMs = config.settle_s * 1_000;
  const openTicket = createOpenTicket({ jira, openings, clock, log, settleMs, fieldsOf: write.fields });
  const inTurn = createTurns();
  const browse = `${siteOf(options)}/browse/`;

  const ours = async (key: string): Promise<Issue> => {
    const issue = await jira.issue(issueKey(key));
    if (issue.caseId !== null) return issue;
    throw new TicketFault('ticket_mismatch', `the ticket \`${key}\` does not say that it is one of the governor's`);
  };
  const tidied = new Set<string>();
  /** A note is of use only while Jira's search may not know the ticket yet. */
  const tidy = async ({ caseId, createdMs }: Issue): Promise<void> => {
    if (caseId === null || tidied.has(caseId) || createdMs + settleMs >= clock.now()) return;
    await removeOpenings(openings, caseId);
    if (tidied.size >= TIDIED_MAX) tidied.clear();
    tidied.add(caseId);
  };
  const isTold = async (key: string, commentId: string): Promise<boolean> => {
    const accountId = await jira.accountId();
    for await (const comment of jira.comments(key)) if (isMarked(comment, commentId, accountId)) return true;
    return false;
  };

  return {
    open: (request) =>
      inTurn(`open ${request.caseId}`, async () => {
        const { key } = await openTicket(request);
        return { key: issueKey(key), url: `${browse}${issueKey(key)}` };
      }),
    comment: (key, commentId, text) =>
      inTurn(key, async () => {
        const issue = await ours(key);
        if (await isTold(key, commentId)) return;
        if (isReopenable(issue, config, clock)) await follow(jira, key, chooseReopening(await jira.transitions(key), config));
        await outlasting(config.timeout_s * 1_000, jira.addComment(key, write.comment(commentId, text)));
        await tidy(issue);
      }),
    close: (key) =>
      inTurn(key, async () => {
        const issue = await ours(key);
        if (!issue.done) await closeIssue(jira, key, issue, config);
        await tidy(issue);
      }),
  };
}

/**
 * A request that was given up may still be on its way, for about as long again. Whoever looks for what it wrote before that
 * does not find it, and would write it a second time.
 */
async function outlasting(timeoutMs: number, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (fault) {
    if (!isFault(fault, ANSWER_LOST)) throw fault;
    throw new TicketFault(ANSWER_LOST, fault.message, { status: fault.status, retryAfterMs: timeoutMs, cause: fault });
  }
}

/** What is written into tickets: redacted, in a form that Jira takes, with nothing in it that could act. */
function createWriting({ jira, config, hide = redact, hosts = [] }: JiraTicketsOptions) {
  const site = URL.parse(siteOf({ jira, config }))?.hostname;
  const known = site === undefined ? hosts : [...hosts, site];
  const safe = (text: string): string => redact(hide(text));
  return {
    comment: (commentId: string, text: TicketText) => fitted(without(safe, text), known, [mark(commentId)]),
    fields: ({ severity, summary, text }: TicketRequest): Record<string, unknown> => {
      const priority = config.priorities[severity];
      return {
        ...config.fields,
        issuetype: { name: config.issue_type },
        labels: config.labels,
        summary: cut(oneLine(safe(summary)) || 'Incident', SUMMARY_MAX),
        description: fitted(without(safe, text), known),
        ...(priority === undefined ? {} : { priority: { name: priority } }),
      };
    },
  };
}

/** Somebody has closed it by hand, not long ago, and the case goes on. */
const isReopenable = ({ done, categorySinceMs }: Issue, { reopen_window_s }: JiraConfig, clock: Clock): boolean =>
  done && clock.now() - categorySinceMs <= reopen_window_s * 1_000;

async function closeIssue(jira: Jira, key: string, { status }: Issue, config: JiraConfig): Promise<void> {
  const visited = new Set([status]);
  for (let hop = 0; hop <= config.via_statuses.length; hop += 1) {
    const chosen = chooseClosing(await jira.transitions(key), config, visited);
    const { category, to } = await follow(jira, key, chosen);
    if (category === 'done') return;
    visited.add(to);
  }
  throw new TicketFault('ticket_misconfigured', `the ticket \`${key}\` did not come to its end by way of jira.via_statuses`);
}

async function follow(jira: Jira, key: string, chosen: Chosen) {
  if (!chosen.ok) throw new TicketFault('ticket_misconfigured', `the ticket \`${key}\` cannot be moved: ${chosen.refusal}`);
  await jira.transition(key, chosen.transition.id, chosen.fields);
  return chosen.transition;
}
