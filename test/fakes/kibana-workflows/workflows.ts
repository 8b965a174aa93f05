import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readText } from '../../../src/http/body.ts';
import { listen } from '../../../src/http/server.ts';

export type Trouble =
  | { when: 'before' | 'applied'; do: 'cut' | 'hang' }
  | { when: 'before' | 'applied'; do: 'status'; status: number }
  | { when: 'before'; do: 'slow'; ms: number }
  /** The run ends so, after `ms`. */
  | { when: 'applied'; do: 'end'; status: string; ms?: number; error?: string };

export type FakeWorkflows = {
  url: string;
  apiKey: string;
  /** Runs that were really started. */
  runs: readonly { id: string; workflow: string; inputs: Record<string, unknown> }[];
  seen: readonly { method: string; path: string; body: string; headers: Record<string, unknown> }[];
  trouble(next: Trouble): void;
  silence(): void;
  close(): Promise<void>;
};

const RunBody = z.strictObject({
  inputs: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
type Run = {
  id: string;
  workflow: string;
  inputs: Record<string, unknown>;
  status: string;
  finishedAt?: string;
  error?: { message: string };
};

export type WorkflowsOptions = {
  space?: string;
  /** Where a version repeats what a run was given: in the list, only in the single execution, or in its metadata alone. */
  repeats?: 'list' | 'execution' | 'metadata';
  /** What other people's runs of the same workflow there are. */
  others?: number;
};

/** Kibana's workflow routes, as far as runs are started and asked for. Workflows: `restart-pods`, and `disabled`. */
export async function openFakeWorkflows({
  space,
  repeats = 'execution',
  others = 3,
}: WorkflowsOptions = {}): Promise<FakeWorkflows> {
  const apiKey = 'a2liYW5hLXdvcmtmbG93cw==';
  const runs: Run[] = [];
  const seen: { method: string; path: string; body: string; headers: Record<string, unknown> }[] = [];
  const troubles: Trouble[] = [];
  const base = space === undefined ? '' : `/s/${space}`;
  let isSilent = false;

  const end = (run: Run, status: string, error?: string): void =>
    void Object.assign(run, {
      status,
      finishedAt: new Date().toISOString(),
      ...(error === undefined ? {} : { error: { message: error } }),
    });

  const start = async (res: ServerResponse, workflow: string, body: string): Promise<void> => {
    const parsed = RunBody.safeParse(JSON.parse(body));
    if (workflow !== 'restart-pods' && workflow !== 'disabled')
      return say(res, 404, { message: `Workflow ${workflow} not found` });
    if (workflow === 'disabled' || !parsed.success) return say(res, 400, { message: 'Workflow is disabled' });
    const struck = troubles.shift();
    if (struck?.do === 'slow') await sleep(struck.ms);
    if (struck?.when === 'before' && strike(res, struck)) return;
    const run: Run = { id: `run-${runs.length + 1}`, workflow, inputs: parsed.data.inputs, status: 'running' };
    runs.push(run);
    const ending = struck?.do === 'end' ? struck : { status: 'completed', ms: 30, error: undefined };
    setTimeout(() => end(run, ending.status, ending.error), ending.ms ?? 30).unref();
    if (struck?.when === 'applied' && strike(res, struck)) return;
    say(res, 200, { workflowExecutionId: run.id });
  };

  const shown = (run: Run, isWhole: boolean): object => {
    const { inputs, ...rest } = run;
    const times = { startedAt: new Date().toISOString(), finishedAt: run.finishedAt ?? null };
    if (repeats === 'list' || (repeats === 'execution' && isWhole)) return { ...rest, ...times, context: { inputs } };
    return isWhole ? { ...rest, ...times, metadata: { governor_key: inputs.governor_key } } : { ...rest, ...times };
  };
  const otherRuns: Run[] = Array.from({ length: others }, (_, at) => ({
    id: `other-${at}`,
    workflow: 'restart-pods',
    inputs: { service: 'somebody' },
    status: 'completed',
  }));

  const serve = async (res: ServerResponse, method: string, url: URL, body: string): Promise<void> => {
    const path = url.pathname.slice(base.length);
    const run = /^\/api\/workflows\/workflow\/([^/]+)\/run$/.exec(path);
    if (method === 'POST' && run !== null) return start(res, decodeURIComponent(run[1] ?? ''), body);
    if (isSilent) return;
    const list = /^\/api\/workflows\/workflow\/([^/]+)\/executions$/.exec(path);
    const all = [...runs].reverse().concat(otherRuns);
    if (list !== null) {
      const own = all.filter(({ workflow }) => workflow === decodeURIComponent(list[1] ?? ''));
      const size = Number(url.searchParams.get('size'));
      return say(res, 200, { results: own.slice(0, size).map((one) => shown(one, false)), page: 1, size, total: own.length });
    }
    const one = all.find(({ id }) => path === `/api/workflows/executions/${id}`);
    say(res, one === undefined ? 404 : 200, one === undefined ? { message: 'not found' } : shown(one, true));
  };

  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    handlers: [
      async (req, res) => {
        const body = await readText(req);
        const url = new URL(req.url ?? '', 'http://kibana');
        seen.push({ method: req.method ?? '', path: req.url ?? '', body, headers: req.headers });
        if (req.headers.authorization !== `ApiKey ${apiKey}`) say(res, 401, { message: 'unauthorized' });
        else if (!url.pathname.startsWith(base)) say(res, 404, { message: 'no such space' });
        else await serve(res, req.method ?? '', url, body);
        return true;
      },
    ],
  });
  return {
    url: server.url,
    apiKey,
    runs,
    seen,
    trouble: (next) => void troubles.push(next),
    silence: () => {
      isSilent = true;
    },
    close: () => server.close(0),
  };
}

function strike(res: ServerResponse, struck: Trouble): boolean {
  if (struck.do === 'cut') res.destroy();
  if (struck.do === 'status') say(res, struck.status, { message: `told to be ${struck.status}` });
  return struck.do === 'cut' || struck.do === 'hang' || struck.do === 'status';
}

function say(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
