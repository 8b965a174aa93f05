import type { IncomingMessage, ServerResponse } from 'node:http';
import { readText } from '../../../src/http/body.ts';
import { sendJson } from '../../../src/http/reply.ts';
import { listen } from '../../../src/http/server.ts';
import { createMetaRoutes, USUAL_SCREEN } from './meta-routes.ts';
import { createProject, type Project, Refused } from './project.ts';
import { createRoutes } from './routes.ts';
import { type Asked, createSpecCheck } from './spec-check.ts';
import { type Answer, createTroubles, type Trouble, troubled } from './trouble.ts';
import { SIMPLE, type Workflow } from './workflow.ts';

export type FakeJira = {
  /** What the governor is given to reach it. */
  settings: { baseUrl: string; email: string; apiToken: string; projectKey: string };
  accountId: string;
  project: Project;
  /** Every request, oldest first, as `POST /issue`. */
  seen: readonly string[];
  /** Requests that came for anything but the API's own paths. */
  strays: readonly string[];
  trouble(next: Trouble): void;
  untrouble(): void;
  /** From now on the search knows nothing new, until it is caught up. */
  holdIndex(): void;
  catchUpIndex(): void;
  close(): Promise<void>;
};
export type FakeJiraOptions = {
  workflow?: Workflow;
  /** Fields beside the usual ones; true where a new issue needs them. */
  fields?: Record<string, boolean>;
  now?: () => number;
  /** Rights that the account does not have. */
  lacking?: readonly string[];
  /** The usual fields that are on the create screen. */
  screen?: readonly string[];
  /** How long the search does not know a new ticket, in milliseconds. */
  lagMs?: number;
};

const EMAIL = 'governor@example.com';
const API_TOKEN = 'fake-jira-token';
const ACCOUNT = '5b10a2844c20165700ede21g';
const PROJECT = 'OPS';
const API = '/rest/api/3';
const BODY_BYTES_MAX = 4_000_000;

/** A Jira Cloud site with one project: strict about requests, honest about what it did, and late or lost where told to be. */
export async function openFakeJira({
  workflow = SIMPLE,
  fields = {},
  now = Date.now,
  lacking = [],
  screen = USUAL_SCREEN,
  lagMs,
}: FakeJiraOptions = {}): Promise<FakeJira> {
  const spec = createSpecCheck();
  const troubles = createTroubles();
  const seen: string[] = [];
  const strays: string[] = [];
  let held = lagMs !== undefined;
  const project = createProject({
    key: PROJECT,
    accountId: ACCOUNT,
    workflow,
    fields,
    screen,
    now,
    indexing: () => !held,
    lagMs: lagMs ?? null,
  });
  const routes = {
    ...createRoutes({ project, projectKey: PROJECT, accountId: ACCOUNT, workflow, url: () => server.url }),
    ...createMetaRoutes({ projectKey: PROJECT, fields, lacking, screen, url: () => server.url }),
  };

  const act = (asked: Asked): Answer => {
    try {
      const wrong = spec.requestProblem(asked);
      if (wrong !== null) throw new Refused(400, wrong);
      const found = routeOf(asked);
      if (found === null) throw new Refused(404, 'No such route.');
      const answer = found.route(asked, found.ids);
      spec.checkResponse(asked, answer.status, answer.body);
      return answer;
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      const errorMessages = fault.message === '' ? [] : [fault.message];
      return { status: fault.status, body: { errorMessages, errors: fault.errors } };
    }
  };
  const routeOf = ({ method, path }: Asked) => {
    for (const [name, route] of Object.entries(routes)) {
      const pattern = name.replaceAll('*', '([^/]+)');
      const match = new RegExp(`^${pattern}$`).exec(`${method} ${path.slice(API.length)}`);
      if (match !== null) return { route, ids: match.slice(1) };
    }
    return null;
  };
  const take = async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://jira.example');
    const text = await readText(req, BODY_BYTES_MAX);
    const method = req.method ?? '';
    if (!pathname.startsWith(`${API}/`)) strays.push(`${method} ${req.url}`);
    const asked: Asked = {
      method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      body: text === '' ? undefined : JSON.parse(text),
    };
    const short = pathname.slice(API.length);
    seen.push(`${method} ${short}`);
    const send = ({ status, body }: Answer): void =>
      body === undefined ? void res.writeHead(status).end() : sendJson(res, status, body);
    const expected = `Basic ${Buffer.from(`${EMAIL}:${API_TOKEN}`).toString('base64')}`;
    const trouble = troubles.take(method, short);
    if (req.headers.authorization !== expected)
      sendJson(res, 401, { errorMessages: ['Client must be authenticated.'], errors: {} });
    else if (trouble === null) send(act(asked));
    else await troubled(trouble, res, () => act(asked), send);
    return true;
  };

  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [take] });
  return {
    settings: { baseUrl: server.url, email: EMAIL, apiToken: API_TOKEN, projectKey: PROJECT },
    accountId: ACCOUNT,
    project,
    seen,
    strays,
    trouble: troubles.add,
    untrouble: troubles.clear,
    holdIndex() {
      held = true;
    },
    catchUpIndex() {
      held = false;
      for (const issue of project.issues) issue.indexed = true;
    },
    close: () => server.close(0),
  };
}
