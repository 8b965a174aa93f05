import { z } from 'zod';
import { TYPES } from './meta-routes.ts';
import { type FakeComment, type FakeIssue, type Project, Refused } from './project.ts';
import type { Asked } from './spec-check.ts';
import type { Answer } from './trouble.ts';
import type { FakeTransition, Workflow } from './workflow.ts';

type Parts = { project: Project; projectKey: string; accountId: string; workflow: Workflow; url: () => string };
export type Route = (asked: Asked, ids: string[]) => Answer;

const Search = z.object({
  jql: z.string(),
  fields: z.array(z.string()).default([]),
  properties: z.array(z.string()).max(5).default([]),
  maxResults: z.int().default(50),
  nextPageToken: z.string().optional(),
});
/** The only question that is ever asked; anything that slipped into it makes it another one, which Jira would not parse. */
const JQL = /^project = "([A-Z][A-Z0-9_]+)" AND labels = "([A-Za-z0-9._-]+)" ORDER BY created (ASC|DESC)$/;
/** Looking for any issue of one type that is under way. */
const OPEN_JQL = /^project = "([A-Z][A-Z0-9_]+)" AND issuetype = ([0-9]+) AND statusCategory != Done ORDER BY created DESC$/;
const PAGE_MAX = 100;

/** Jira's REST API, version 3, as far as the governor asks it. */
export function createRoutes({ project, projectKey, accountId, workflow, url }: Parts): Record<string, Route> {
  const api = (path: string): string => `${url()}/rest/api/3${path}`;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const categoryOf = (status: string) => ({
    self: api('/statuscategory/1'),
    id: 1,
    key: workflow.statuses[status] ?? 'new',
    name: 'Any',
  });
  const statusOf = (name: string) => ({ self: api('/status/1'), id: '1', name, statusCategory: categoryOf(name) });

  const issueBean = (issue: FakeIssue, fields: readonly string[], properties: readonly string[]) => {
    const all: Record<string, unknown> = {
      ...issue.fields,
      status: statusOf(issue.status),
      created: iso(issue.created),
      statuscategorychangedate: iso(issue.categorySince),
      resolution: issue.resolution,
    };
    const known = Object.entries(issue.properties).filter(([name]) => properties.includes(name));
    return {
      id: issue.id,
      key: issue.key,
      self: api(`/issue/${issue.id}`),
      fields: Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name))),
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(known) }),
    };
  };
  const commentBean = ({ id, author, body, created }: FakeComment) => ({
    id,
    self: api(`/issue/1/comment/${id}`),
    author: { accountId: author, active: true, displayName: 'Somebody', self: api(`/user?accountId=${author}`) },
    body,
    created: iso(created),
    updated: iso(created),
  });
  const transitionBean = ({ id, name, to, fields = {} }: FakeTransition, withFields: boolean) => {
    const screen = Object.entries(fields).map(([key, { required, name: called, allowed }]) => {
      const field = { key, name: called, required, hasDefaultValue: false, operations: ['set'], schema: { type: 'any' } };
      return [key, allowed === undefined ? field : { ...field, allowedValues: allowed }] as const;
    });
    return {
      id,
      name,
      to: statusOf(to),
      hasScreen: screen.length > 0,
      ...(withFields ? { fields: Object.fromEntries(screen) } : {}),
    };
  };
  const ownNote = (asked: Asked, key: string): string => {
    if (asked.query.accountId !== accountId) throw new Refused(403, 'You may not see properties of another user.');
    return decodeURIComponent(key);
  };
  const answerTo = (jql: string): FakeIssue[] => {
    const labelled = JQL.exec(jql);
    if (labelled !== null) return labelled[1] === projectKey ? project.search(labelled[2] ?? '', labelled[3] === 'ASC') : [];
    const open = OPEN_JQL.exec(jql);
    if (open === null) throw new Refused(400, `Error in the JQL Query: ${jql}`);
    const name = TYPES.find(({ id }) => id === open[2])?.name;
    const isOpen = (issue: FakeIssue): boolean => workflow.statuses[issue.status] !== 'done';
    return project.issues.filter((issue) => issue.fields.issuetype.name === name && isOpen(issue)).toReversed();
  };
  const page = (body: unknown): Answer => {
    const { jql, fields, properties, maxResults, nextPageToken = '0' } = Search.parse(body);
    const found = answerTo(jql);
    const from = Number(nextPageToken);
    const to = from + Math.min(maxResults, PAGE_MAX);
    const issues = found.slice(from, to).map((issue) => issueBean(issue, fields, properties));
    return {
      status: 200,
      body: { issues, isLast: to >= found.length, ...(to < found.length ? { nextPageToken: String(to) } : {}) },
    };
  };

  return {
    'GET /myself': () => ({
      status: 200,
      body: { accountId, accountType: 'app', active: true, displayName: 'Governor', self: api('/user') },
    }),
    'POST /search/jql': ({ body }) => page(body),
    'POST /issue': ({ body }) => {
      const { id, key } = project.create(body);
      return { status: 201, body: { id, key, self: api(`/issue/${id}`) } };
    },
    'GET /issue/*': ({ query }, [key = '']) => {
      const listed = (names: string | undefined): string[] => (names ?? '').split(',').filter((name) => name !== '');
      return { status: 200, body: issueBean(project.find(key), listed(query.fields), listed(query.properties)) };
    },
    'DELETE /issue/*': (_asked, [key = '']) => {
      project.remove(key);
      return { status: 204 };
    },
    'GET /issue/*/comment': ({ query }, [key = '']) => {
      const all = project.find(key).comments;
      const ordered = query.orderBy === '-created' ? all.toReversed() : all;
      const startAt = Number(query.startAt ?? 0);
      const maxResults = Math.min(Number(query.maxResults ?? 50), PAGE_MAX);
      const comments = ordered.slice(startAt, startAt + maxResults).map(commentBean);
      return { status: 200, body: { startAt, maxResults, total: all.length, comments } };
    },
    'POST /issue/*/comment': ({ body }, [key = '']) => ({ status: 201, body: commentBean(project.comment(key, body)) }),
    'GET /issue/*/transitions': ({ query }, [key = '']) => {
      const withFields = query.expand === 'transitions.fields';
      return {
        status: 200,
        body: { transitions: project.ways(project.find(key)).map((way) => transitionBean(way, withFields)) },
      };
    },
    'POST /issue/*/transitions': ({ body }, [key = '']) => {
      project.move(key, body);
      return { status: 204 };
    },
    'GET /user/properties': (asked) => {
      ownNote(asked, '');
      return { status: 200, body: { keys: [...project.notes.keys()].map((key) => ({ key, self: api('/user/properties') })) } };
    },
    'GET /user/properties/*': (asked, [name = '']) => {
      const key = ownNote(asked, name);
      if (!project.notes.has(key)) throw new Refused(404, 'The property does not exist.');
      return { status: 200, body: { key, value: project.notes.get(key) } };
    },
    'PUT /user/properties/*': (asked, [name = '']) => {
      const key = ownNote(asked, name);
      const status = project.notes.has(key) ? 200 : 201;
      project.notes.set(key, asked.body);
      return { status, body: {} };
    },
    'DELETE /user/properties/*': (asked, [name = '']) => {
      if (!project.notes.delete(ownNote(asked, name))) throw new Refused(404, 'The property does not exist.');
      return { status: 204 };
    },
  };
}
