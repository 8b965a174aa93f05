import { z } from 'zod';
import { Severity } from './words.ts';

const Name = z.string().min(1).max(200);
/** By a field's id, say `customfield_10042`; the value in the form that Jira's REST API takes. */
const Fields = z.record(z.string().regex(/^[a-z][A-Za-z0-9_]{0,99}$/), z.unknown());

/** How tickets are kept in Jira. Where it is and who writes there comes from the environment. Names are as Jira shows them. */
export const JiraConfig = z.strictObject({
  issue_type: Name.default('Task'),
  /** Beside the two that the governor finds its tickets by. Jira takes no white space in a label. */
  labels: z
    .array(z.string().regex(/^[^\s"\\]{1,200}$/))
    .max(20)
    .default([]),
  /** The priority of a new ticket by the case's severity; none is set for a severity that is left out. */
  priorities: z.partialRecord(Severity, Name).default({}),
  /** What the project wants on each new ticket beside what the governor says itself. */
  fields: Fields.default({}),
  /** Set on closing where the transition has a screen that asks for one. */
  resolution: Name.default('Done'),
  /** What transitions want beside the resolution. */
  close_fields: Fields.default({}),
  /** Statuses that a recovered case's ticket goes to, the most wanted first; any other of the category `done` comes after them. */
  done_statuses: z.array(Name).max(20).default(['Done', 'Resolved', 'Closed']),
  /** Statuses that may be passed through where a workflow leads to the end only by way of them. */
  via_statuses: z.array(Name).max(10).default([]),
  /** A ticket that somebody closed while its case goes on is reopened until this long after; 0 never does. */
  reopen_window_s: z.number().min(0).max(31_536_000).default(604_800),
  /**
   * How long a new ticket may stay unseen by Jira’s search; more than `timeout_s`. No second one is tried sooner after an
   * answer was lost.
   */
  settle_s: z.number().min(0).max(3_600).default(120),
  /** For one request, from connecting to the last byte. */
  timeout_s: z.number().min(0.05).max(120).default(15),
  /**
   * Whether an opening is noted in Jira (as a property of the account's user) before it is made, so that a lost answer is
   * known after a restart and to every replica. Without it this process alone remembers.
   */
  note_openings: z.boolean().default(true),
  /** Where people see tickets, where that is not JIRA_BASE_URL; needed with the gateway of scoped tokens. */
  site_url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});
export type JiraConfig = z.infer<typeof JiraConfig>;
