import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readJson } from '../../src/http/body.ts';
import { createRouter, requestUrl } from '../../src/http/router.ts';
import { pageRoutes } from '../../src/sandbox/page/routes.ts';

type Json = Record<string, unknown>;
type Answer = { status: number; body: Json };

const account = (id: string, name: string, realName: string, title: string, tint: string, rest: Json = {}): Json => ({
  id,
  name,
  real_name: realName,
  title,
  tint,
  team_id: 'T0SANDBOX',
  is_bot: false,
  ...rest,
});

export const WORKSPACE = {
  team: { id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' },
  app: { id: 'A0GOVERNOR' },
  commands: [
    { command: '/incident', description: 'Open an incident, or decide about one', usage_hint: 'service severity summary' },
  ],
  shortcuts: [
    { type: 'global', name: 'Open incident', callback_id: 'open_incident' },
    { type: 'message', name: 'Open incident', callback_id: 'open_incident_from_message' },
  ],
  users: [
    account('U00ONCALL', 'oncall', 'Noor Haddad', 'On call: may approve', '#1264a3'),
    account('U0000LEAD', 'lead', 'Ilse Brandt', 'Incident lead: may also override and release', '#007a5a'),
    account('U0VISITOR', 'visitor', 'Tomas Rey', 'Colleague from another team: may do neither', '#b25f00'),
    account('U0000GUEST', 'guest', 'Ada Quill', 'Slack Connect guest from another company', '#8a3ffc', { is_stranger: true }),
    account('U0DEPLOYB', 'deploybot', 'Deploy Bot', 'Another app', '#616061', { is_bot: true }),
    account('U0GOVERNOR', 'governor', 'Governor', 'The app', '#4a154b', { is_bot: true }),
  ],
  act_as: ['oncall', 'lead', 'visitor', 'guest'],
  channels: [
    { id: 'C0INCIDENTS', name: 'incidents', topic: 'Incidents and what is done about them', bot_is_member: true },
    { id: 'C0000GENERAL', name: 'general', topic: 'Everything else', bot_is_member: false },
    { id: 'C0000DEPLOY', name: 'deploys', topic: 'What goes out, and when', bot_is_member: true },
  ],
  user_groups: [{ id: 'S0000SRES', handle: 'sre' }],
  transport: 'socket',
  connections: 1,
};

const SERVICES = [
  {
    service: 'payments-api',
    error_rate: 0.24,
    baseline: 0.01,
    status: 'incident',
    recent_error_rates: [0.01, 0.012, 0.01, 0.011, 0.01, 0.2, 0.22, 0.24, 0.23, 0.24],
  },
  {
    service: 'billing-batch',
    error_rate: 0.01,
    baseline: 0.01,
    status: 'healthy',
    recent_error_rates: [0.01, 0.011, 0.009, 0.01],
  },
  { service: 'elastic-downloads', error_rate: 0.004, baseline: 0.004, status: 'healthy' },
];

/** The page on a server of its own with canned answers. It records what the page asks for and says what it is told to say. */
export type PageFixture = {
  url: string;
  /** Every POST of the page, in order. */
  requests: { path: string; body: Json }[];
  messages: Json[];
  views: Json[];
  /** Answers to come for a path, used up one by one; otherwise `{ok: true}`. */
  answers: Map<string, Answer[]>;
  push: (change: Json) => void;
  dropStreams: () => void;
  close: () => Promise<void>;
};

export async function startPageFixture(): Promise<PageFixture> {
  const requests: PageFixture['requests'] = [];
  const messages: Json[] = [];
  const views: Json[] = [];
  const answers: PageFixture['answers'] = new Map();
  const streams = new Set<ServerResponse>();
  const router = createRouter();
  pageRoutes(router);

  const json = (res: ServerResponse, { status, body }: Answer): void => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const gets: Record<string, (query: URLSearchParams) => Json> = {
    workspace: () => WORKSPACE,
    messages: (query) => ({ messages: messages.filter(({ channel }) => channel === query.get('channel')) }),
    views: (query) => ({ views: views.filter(({ user }) => user === query.get('user')) }),
    calls: () => ({
      calls: [{ at: new Date().toISOString(), method: 'chat.postMessage', body: { channel: 'C0INCIDENTS' }, ok: true, ms: 2 }],
    }),
    executions: () => ({
      executions: [
        {
          at: new Date().toISOString(),
          key: 'case-1/1',
          action: 'restart_service',
          parameters: { service: 'payments-api' },
          case_id: 'case-1',
          outcome: 'done',
        },
      ],
    }),
    tickets: () => ({
      tickets: [
        {
          key: 'SIM-1',
          url: '/tickets/SIM-1/view',
          status: 'open',
          severity: 'high',
          service: 'payments-api',
          summary: 'Card payments fail',
          case_id: 'case-1',
        },
      ],
    }),
    world: () => ({ services: SERVICES }),
  };
  for (const [name, answer] of Object.entries(gets)) {
    router.get(`/_control/${name}`, (req, res) => json(res, { status: 200, body: answer(requestUrl(req).searchParams) }));
  }
  router.get('/_control/stream', (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': open\n\n');
    streams.add(res);
    res.on('close', () => streams.delete(res));
  });
  router.post('/_control/*path', async (req, res, { path = '' }) => {
    const body = await readJson(req);
    requests.push({ path, body: { ...(body as Json) } });
    json(res, answers.get(path)?.shift() ?? { status: 200, body: { ok: true, ack_ms: 12 } });
  });

  const server = createServer((req, res) => void router.handle(req, res).then((mine) => mine || res.writeHead(404).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dropStreams = (): void => {
    for (const stream of streams) stream.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    messages,
    views,
    answers,
    push: (change) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(change)}\n\n`);
    },
    dropStreams,
    close: async () => {
      dropStreams();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
