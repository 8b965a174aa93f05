import { Refused } from './project.ts';
import type { Route } from './routes.ts';

type Parts = {
  projectKey: string;
  fields: Readonly<Record<string, boolean>>;
  lacking: readonly string[];
  screen: readonly string[];
  url: () => string;
};

export const USUAL_SCREEN = ['project', 'issuetype', 'summary', 'description', 'labels', 'priority', 'reporter'];
const REQUIRED = new Set(['project', 'issuetype', 'summary', 'reporter']);
export const TYPES = [
  { id: '10001', name: 'Task', subtask: false },
  { id: '10002', name: 'Incident', subtask: false },
  { id: '10003', name: 'Sub-task', subtask: true },
];
const PRIORITIES = ['Highest', 'High', 'Medium', 'Low'].map((name, at) => ({ id: String(at), name }));

/** What a project says of itself: who may do what in it, and what an issue in it must have. */
export function createMetaRoutes({ projectKey, fields, lacking, screen, url }: Parts): Record<string, Route> {
  const ofProject = (key: string | undefined): void => {
    if (key !== projectKey) throw new Refused(404, `No project could be found with key '${key}'.`);
  };
  const field = (fieldId: string, required: boolean, hasDefaultValue = false) => ({
    fieldId,
    key: fieldId,
    name: `The ${fieldId}`,
    required,
    hasDefaultValue,
    operations: ['set'],
    schema: { type: 'any' },
    ...(fieldId === 'priority' ? { allowedValues: PRIORITIES } : {}),
  });
  const page = (query: Record<string, string>, name: string, all: readonly unknown[]) => {
    const startAt = Number(query.startAt ?? 0);
    const maxResults = Math.min(Number(query.maxResults ?? 50), 2);
    return { startAt, maxResults, total: all.length, [name]: all.slice(startAt, startAt + maxResults) };
  };
  return {
    'GET /project/*': (_asked, [key]) => {
      ofProject(key);
      return {
        status: 200,
        body: { id: '10000', key: projectKey, name: 'Operations', self: `${url()}/rest/api/3/project/10000` },
      };
    },
    'GET /mypermissions': ({ query }) => {
      ofProject(query.projectKey);
      const names = (query.permissions ?? '').split(',');
      const entries = names.map((key) => [key, { id: '1', key, name: key, havePermission: !lacking.includes(key) }]);
      return { status: 200, body: { permissions: Object.fromEntries(entries) } };
    },
    'GET /issue/createmeta/*/issuetypes': ({ query }, [key]) => {
      ofProject(key);
      return { status: 200, body: page(query, 'issueTypes', TYPES) };
    },
    'GET /issue/createmeta/*/issuetypes/*': ({ query }, [key, type]) => {
      ofProject(key);
      if (!TYPES.some(({ id }) => id === type)) throw new Refused(404, 'The issue type was not found.');
      const usual = screen.map((name) => field(name, REQUIRED.has(name), name === 'priority'));
      const own = Object.entries(fields).map(([name, required]) => field(name, required));
      return { status: 200, body: page(query, 'fields', [...usual, ...own]) };
    },
  };
}
