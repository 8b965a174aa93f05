import { z } from 'zod';
import { cloudLater, parsed } from './cloud.ts';
import { createJira } from './jira.ts';
import { issueId, projectKey } from './names.ts';
import { Found, ISSUE_FIELDS, type Issue, type Transition } from './shapes.ts';
import type { TransportOptions } from './transport.ts';

export type IssueType = { id: string; name: string; subtask: boolean };
export type ScreenField = { id: string; name: string; required: boolean; hasDefault: boolean; allowed: readonly string[] };

/** Questions about a project that change nothing in it. Every failure is a TicketFault. */
export type Inspection = {
  /** The name of the account that asks. */
  account(): Promise<string>;
  project(): Promise<{ name: string }>;
  /** Of these rights in the project, those that the account lacks; one that Jira does not know is left out. */
  missingRights(rights: readonly string[]): Promise<string[]>;
  issueTypes(): Promise<IssueType[]>;
  /** The fields of the screen on which an issue of this type is made. */
  createScreen(issueTypeId: string): Promise<ScreenField[]>;
  /** The newest issue of this type that is not done, whoever has made it; null where there is none. */
  openIssue(issueTypeId: string): Promise<Issue | null>;
  transitions(key: string): Promise<Transition[]>;
  /** How many tickets of the governor the search finds, up to one page. */
  ownTickets(): Promise<number>;
  /** Whether the account's own notes can be read; throws where not. */
  readNotes(): Promise<void>;
};

const PAGE = 200;
const PAGES_MAX = 20;
const TICKETS_COUNTED_MAX = 100;

const Account = z.object({ displayName: z.string().default('an account') });
const Project = z.object({ name: z.string().default('') });
const Rights = z.object({ permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })) });
const Types = z.object({
  total: z.int().optional(),
  issueTypes: z.array(z.object({ id: z.string(), name: z.string(), subtask: z.boolean().default(false) })).default([]),
});
const Allowed = z.looseObject({ name: z.string().optional(), value: z.string().optional() });
const Field = z.object({
  fieldId: z.string(),
  name: z.string().default(''),
  required: z.boolean().default(false),
  hasDefaultValue: z.boolean().default(false),
  allowedValues: z.array(z.unknown()).default([]),
});
const Fields = z.object({ total: z.int().optional(), fields: z.array(Field).default([]) });

const fieldOf = ({ fieldId, name, required, hasDefaultValue, allowedValues }: z.infer<typeof Field>): ScreenField => ({
  id: fieldId,
  name,
  required,
  hasDefault: hasDefaultValue,
  allowed: allowedValues.flatMap((value) => {
    const { name: called, value: valued } = Allowed.safeParse(value).data ?? {};
    return called ?? valued ?? [];
  }),
});

export function createInspection(options: TransportOptions): Inspection {
  const project = projectKey(options.jira.projectKey);
  const cloud = cloudLater(options);
  const jira = createJira(options);
  const ofProject = { projectIdOrKey: project };
  return {
    async account() {
      return parsed('the account', Account, await (await cloud()).myself.getCurrentUser()).displayName;
    },
    async project() {
      return parsed('the project', Project, await (await cloud()).projects.getProject(ofProject));
    },
    async missingRights(rights) {
      const asked = { projectKey: project, permissions: rights.join(',') };
      const { permissions } = parsed('rights', Rights, await (await cloud()).permissions.getMyPermissions(asked));
      return rights.filter((right) => permissions[right]?.havePermission === false);
    },
    issueTypes: () =>
      paged(async (startAt) => {
        const asked = { ...ofProject, startAt, maxResults: PAGE };
        const { issueTypes, total } = parsed('types', Types, await (await cloud()).issues.getCreateIssueMetaIssueTypes(asked));
        return { items: issueTypes, total };
      }),
    createScreen: (issueTypeId) =>
      paged(async (startAt) => {
        const asked = { ...ofProject, issueTypeId: issueId(issueTypeId), startAt, maxResults: PAGE };
        const { fields, total } = parsed('fields', Fields, await (await cloud()).issues.getCreateIssueMetaIssueTypeId(asked));
        return { items: fields.map(fieldOf), total };
      }),
    async openIssue(issueTypeId) {
      const answer = await (await cloud()).issueSearch.searchAndReconsileIssuesUsingJqlPost({
        jql: `project = "${project}" AND issuetype = ${issueId(issueTypeId)} AND statusCategory != Done ORDER BY created DESC`,
        fields: ISSUE_FIELDS,
        maxResults: 1,
      });
      return parsed('a search', Found, answer).issues[0] ?? null;
    },
    transitions: (key) => jira.transitions(key),
    async ownTickets() {
      let count = 0;
      for await (const _issue of jira.all()) {
        count += 1;
        if (count === TICKETS_COUNTED_MAX) break;
      }
      return count;
    },
    async readNotes() {
      const asked = { accountId: await jira.accountId() };
      await (await cloud()).userProperties.getUserPropertyKeys(asked);
    },
  };
}

async function paged<T>(ask: (startAt: number) => Promise<{ items: T[]; total: number | undefined }>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, total } = await ask(all.length);
    all.push(...items);
    if (items.length === 0 || all.length >= (total ?? 0)) return all;
  }
  return all;
}
