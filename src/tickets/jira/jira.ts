import type { AdfDocument } from './adf.ts';
import { cloudLater, parsed } from './cloud.ts';
import { isMissing, TicketFault } from './fault.ts';
import { CASE_PROPERTY, caseLabel, issueId, issueKey, OUR_LABEL, openingBy, openingKey, projectKey } from './names.ts';
import {
  type Comment,
  Comments,
  Created,
  Found,
  ISSUE_FIELDS,
  type Issue,
  IssueShape,
  Myself,
  type Opening,
  type Transition,
  Transitions,
  UserProperty,
  UserPropertyKeys,
} from './shapes.ts';
import type { TransportOptions } from './transport.ts';

export type NewIssue = { caseId: string; fields: Readonly<Record<string, unknown>> };

/** The few things that are asked of Jira, each with what it is asked checked before and what it answers checked after. */
export type Jira = {
  /** By key or id. Throws `ticket_refused`, status 404, where there is none. */
  issue(keyOrId: string): Promise<Issue>;
  /** The case's tickets as far as Jira's search has seen them yet, oldest first; never one that only carries the label. */
  issuesOf(caseId: string): Promise<Issue[]>;
  /** Every ticket of the governor in the project, newest first, as far as Jira's search has seen them yet. */
  all(): AsyncGenerator<Issue>;
  create(issue: NewIssue): Promise<{ id: string; key: string }>;
  /** Newest first. */
  comments(key: string): AsyncGenerator<Comment>;
  addComment(key: string, body: AdfDocument): Promise<void>;
  transitions(key: string): Promise<Transition[]>;
  transition(key: string, id: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  remove(key: string): Promise<void>;
  /** Jira's id of the account that all of this is done as. */
  accountId(): Promise<string>;
  readOpenings(caseId: string): Promise<Opening[]>;
  writeOpening(caseId: string, opening: Opening): Promise<void>;
  removeOpening(caseId: string, by: string): Promise<void>;
};

const PAGE = 100;
/** Jira takes 5,000 comments on one issue. */
const COMMENT_PAGES_MAX = 60;
const ISSUE_PAGES_MAX = 1_000;
const TRANSITION_ID = /^[0-9]{1,18}$/;

export function createJira(options: TransportOptions): Jira {
  const project = projectKey(options.jira.projectKey);
  const cloud = cloudLater(options);
  let account: string | null = null;
  const accountId = async (): Promise<string> => {
    account ??= parsed('the account', Myself, await (await cloud()).myself.getCurrentUser()).accountId;
    return account;
  };
  const found = async (label: string, order: string, nextPageToken: string | undefined) => {
    const answer = await (await cloud()).issueSearch.searchAndReconsileIssuesUsingJqlPost({
      // Only a project's key and labels of ours stand in it, and both are checked to have no character that means anything.
      jql: `project = "${project}" AND labels = "${label}" ORDER BY created ${order}`,
      fields: ISSUE_FIELDS,
      properties: [CASE_PROPERTY],
      maxResults: PAGE,
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    return parsed('a search', Found, answer);
  };

  const readProperty = async (asked: { accountId: string; propertyKey: string }): Promise<unknown> =>
    noneIfMissing((await cloud()).userProperties.getUserProperty(asked));

  return {
    accountId,
    async issue(keyOrId) {
      const issueIdOrKey = /^\d/.test(keyOrId) ? issueId(keyOrId) : issueKey(keyOrId);
      const asked = { issueIdOrKey, fields: ISSUE_FIELDS, properties: [CASE_PROPERTY] };
      return parsed('an issue', IssueShape, await (await cloud()).issues.getIssue(asked));
    },
    async issuesOf(caseId) {
      const { issues } = await found(caseLabel(caseId), 'ASC', undefined);
      return issues.filter((issue) => issue.caseId === caseId);
    },
    async *all() {
      let next: string | undefined;
      for (let page = 0; page < ISSUE_PAGES_MAX; page += 1) {
        const { issues, nextPageToken } = await found(OUR_LABEL, 'DESC', next);
        yield* issues.filter(({ caseId }) => caseId !== null);
        if (!nextPageToken) return;
        next = nextPageToken;
      }
    },
    async create({ caseId, fields }) {
      const labels = [OUR_LABEL, caseLabel(caseId)];
      const given: unknown = fields.labels;
      const answer = await (await cloud()).issues.createIssue({
        fields: { ...fields, project: { key: project }, labels: Array.isArray(given) ? [...labels, ...given] : labels },
        properties: [{ key: CASE_PROPERTY, value: { case_id: caseId } }],
      });
      return parsed('a creation', Created, answer);
    },
    async *comments(key) {
      const { issueComments } = await cloud();
      for (let page = 0, startAt = 0; page < COMMENT_PAGES_MAX; page += 1) {
        const asked = { issueIdOrKey: issueKey(key), startAt, maxResults: PAGE, orderBy: '-created' };
        const { comments, total } = parsed('comments', Comments, await issueComments.getComments(asked));
        yield* comments;
        startAt += comments.length;
        if (comments.length === 0 || startAt >= total) return;
      }
    },
    async addComment(key, body) {
      // jira.js sends a text to the old interface, where it would be read as markup: a document is all that this takes.
      await (await cloud()).issueComments.addComment({ issueIdOrKey: issueKey(key), body });
    },
    async transitions(key) {
      const asked = { issueIdOrKey: issueKey(key), expand: 'transitions.fields' };
      return parsed('transitions', Transitions, await (await cloud()).issues.getTransitions(asked));
    },
    async transition(key, id, fields) {
      if (!TRANSITION_ID.test(id)) throw new TicketFault('ticket_refused', 'a transition of Jira has an id that is no number');
      const given = Object.keys(fields).length === 0 ? {} : { fields: { ...fields } };
      await (await cloud()).issues.doTransition({ issueIdOrKey: issueKey(key), transition: { id }, ...given });
    },
    async remove(key) {
      await (await cloud()).issues.deleteIssue({ issueIdOrKey: issueKey(key) });
    },
    async readOpenings(caseId) {
      // Refused here already, an id that is none costs no request.
      caseLabel(caseId);
      const asked = { accountId: await accountId() };
      const { keys } = parsed('notes', UserPropertyKeys, await (await cloud()).userProperties.getUserPropertyKeys(asked));
      const mine = keys.flatMap(({ key }) => (openingBy(caseId, key) === null ? [] : [key]));
      const answers = await Promise.all(mine.map((propertyKey) => readProperty({ ...asked, propertyKey })));
      return answers.flatMap((answer) => (answer === null ? [] : [parsed('an opening', UserProperty, answer).value]));
    },
    async writeOpening(caseId, opening) {
      const asked = { accountId: await accountId(), propertyKey: openingKey(caseId, opening.by), body: { ...opening } };
      await (await cloud()).userProperties.setUserProperty(asked);
    },
    async removeOpening(caseId, by) {
      const asked = { accountId: await accountId(), propertyKey: openingKey(caseId, by) };
      await noneIfMissing((await cloud()).userProperties.deleteUserProperty(asked));
    },
  };
}

async function noneIfMissing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (fault) {
    if (isMissing(fault)) return null;
    throw fault;
  }
}
