import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import { listen } from '../../src/http/server.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';

const Fields = z.looseObject({});
export type Fields = z.infer<typeof Fields>;
const ShownMessage = z.looseObject({
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(Fields),
  thread_ts: z.string().optional(),
});
const ShownView = z.looseObject({ id: z.string(), type: z.string(), hash: z.string(), blocks: z.array(Fields) });

export type Reply = { status: number; body: Fields; headers: Headers };

export type Hosted = {
  url: string;
  home: string;
  sandbox: Sandbox;
  /** POST to the control API; the answer's body. */
  act(name: string, body: unknown): Promise<Fields>;
  /** GET from the control API. */
  look(path: string): Promise<Fields>;
  messages(query?: string): Promise<z.infer<typeof ShownMessage>[]>;
  views(user: string): Promise<z.infer<typeof ShownView>[]>;
  list(name: 'calls' | 'executions' | 'tickets'): Promise<Fields[]>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** A Web API call with the bot's token, JSON-encoded. */
  api(method: string, args?: unknown): Promise<Fields>;
  close(): Promise<void>;
};

const root = join(import.meta.dirname, '..', '..');
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A sandbox on a free port with a home of its own, or on a given home. */
export async function hostSandbox(options: Partial<SandboxOptions> = {}): Promise<Hosted> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'governor-sandbox-')));
  const files = { worldFile: join(root, 'data/world.json'), manifestFile: join(root, 'manifest.yml') };
  const sandbox = await createSandbox({ ...files, log: silent, ...options, home });
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [sandbox.router.handle], upgrade: [sandbox.upgrade] });
  sandbox.attach(server.url);
  const token = sandbox.environment().SLACK_BOT_TOKEN;

  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...content,
    });
    return { status: response.status, body: Fields.parse(await response.json()), headers: response.headers };
  };
  const look = async (path: string): Promise<Fields> => (await call('GET', `/_control/${path}`)).body;
  return {
    url: server.url,
    home,
    sandbox,
    call,
    act: async (name, body) => (await call('POST', `/_control/${name}`, body)).body,
    look,
    messages: async (query = '') => z.array(ShownMessage).parse((await look(`messages?${query}`)).messages),
    views: async (user) => z.array(ShownView).parse((await look(`views?user=${user}`)).views),
    list: async (name) => z.array(Fields).parse((await look(name))[name]),
    api: async (method, args = {}) => (await call('POST', `/api/${method}`, args, { authorization: `Bearer ${token}` })).body,
    async close() {
      await sandbox.close();
      await server.close(50);
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

export type RunningApp = { app: App; stop(): Promise<void> };

/** A real Bolt app in Socket Mode, started against the sandbox; each client gets its own options, because Bolt writes into them. */
export async function startBolt(hosted: Hosted, register: (app: App) => void): Promise<RunningApp> {
  const { SLACK_APP_TOKEN: appToken, SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl } = hosted.sandbox.environment();
  const receiver = new SocketModeReceiver({
    appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 600,
    installerOptions: { clientOptions: { slackApiUrl } },
  });
  const clientOptions = { slackApiUrl, timeout: 5000, retryConfig: { retries: 2, minTimeout: 10, maxTimeout: 50 } };
  const app = new App({ token, receiver, clientOptions, logLevel: LogLevel.ERROR, deferInitialization: true });
  register(app);
  await app.init();
  await app.start();
  return {
    app,
    stop: () =>
      app.stop().then(
        () => undefined,
        () => undefined,
      ),
  };
}

/** Asks until it holds; fails with what was seen last. */
export async function eventually<Seen>(
  look: () => Promise<Seen> | Seen,
  holds: (seen: Seen) => boolean,
  limitMs = 3000,
): Promise<Seen> {
  const endMs = performance.now() + limitMs;
  let seen = await look();
  while (!holds(seen)) {
    if (performance.now() > endMs) throw new Error(`still ${JSON.stringify(seen)} after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    seen = await look();
  }
  return seen;
}
