import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readText } from '../../../src/http/body.ts';
import { listen } from '../../../src/http/server.ts';

type Thing = Record<string, unknown> & {
  metadata: { name: string; uid: string; resourceVersion: string; generation?: number; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
};
export type Trouble =
  | { on: 'GET' | 'dry' | 'PATCH'; when: 'before' | 'applied'; do: 'cut' | 'hang' }
  | { on: 'GET' | 'dry' | 'PATCH'; when: 'before' | 'applied'; do: 'status'; status: number; isProxy?: boolean }
  | { on: 'GET' | 'dry' | 'PATCH'; when: 'before'; do: 'slow'; ms: number }
  /** Something else happens to the object between the look and the patch. */
  | { on: 'GET' | 'dry' | 'PATCH'; when: 'before'; do: 'touch'; spec?: boolean };

export type FakeApiServer = {
  url: string;
  token: string;
  put(path: string, thing: object): void;
  get(path: string): Thing;
  /** Changes that were really made: each patch that was no trial, with what it set. */
  changes: readonly { path: string; patch: unknown }[];
  seen: readonly { method: string; path: string; contentType: string | undefined }[];
  trouble(next: Trouble, times?: number): void;
  silence(): void;
  close(): Promise<void>;
};

const Patch = z.array(z.strictObject({ op: z.enum(['add', 'replace']), path: z.string(), value: z.unknown() }));

/** The part of Kubernetes' API that the executor uses: JSON patches, trial runs, versions, and its ways of saying no. */
export async function openFakeApiServer(): Promise<FakeApiServer> {
  const things = new Map<string, Thing>();
  const changes: { path: string; patch: unknown }[] = [];
  const seen: { method: string; path: string; contentType: string | undefined }[] = [];
  const troubles: Trouble[] = [];
  const token = 'a-token-of-the-service-account';
  let versions = 100;
  let isSilent = false;

  const touch = (path: string, spec: boolean): void => {
    const thing = things.get(path);
    if (thing === undefined) return;
    versions += 1;
    thing.metadata.resourceVersion = String(versions);
    if (spec) thing.metadata.generation = (thing.metadata.generation ?? 0) + 1;
  };

  const patched = (thing: Thing, patch: z.infer<typeof Patch>): Thing => {
    const copy = structuredClone(thing);
    for (const { op, path, value } of patch) setAt(copy, path, value, op);
    return copy;
  };

  const applyPatch = (res: ServerResponse, path: string, body: string, isTrial: boolean): boolean => {
    const thing = things.get(path);
    const parsed = Patch.safeParse(JSON.parse(body));
    if (thing === undefined) return no(res, 404, 'NotFound', `${path} not found`);
    if (!parsed.success) return no(res, 400, 'BadRequest', 'the patch is none');
    const next = patched(thing, parsed.data);
    if (next.metadata.resourceVersion !== thing.metadata.resourceVersion)
      return no(res, 409, 'Conflict', 'the object has been modified');
    if (Number(next.spec.replicas ?? 0) > 500) return no(res, 422, 'Invalid', 'spec.replicas: too many');
    if (isTrial) return say(res, 200, next);
    versions += 1;
    next.metadata.resourceVersion = String(versions);
    if (JSON.stringify(next.spec) !== JSON.stringify(thing.spec) && next.metadata.generation !== undefined)
      next.metadata.generation += 1;
    things.set(path, next);
    changes.push({ path, patch: parsed.data });
    return say(res, 200, next);
  };

  const list = (res: ServerResponse, path: string, selector: string): boolean => {
    const labels = selector
      .split(',')
      .filter((one) => one !== '')
      .map((one) => one.split('='));
    const items = [...things].filter(([at]) => at.startsWith(`${path}/`)).map(([, thing]) => thing);
    const matching = items.filter((thing) => labels.every(([name = '', value]) => labelsOf(thing)[name] === value));
    return say(res, 200, { kind: 'ReplicaSetList', items: matching });
  };

  const serve = (res: ServerResponse, method: string, url: URL, body: string): boolean => {
    const path = url.pathname;
    if (method === 'PATCH') return applyPatch(res, path, body, url.searchParams.get('dryRun') === 'All');
    if (path.endsWith('/replicasets')) return list(res, path, url.searchParams.get('labelSelector') ?? '');
    const thing = things.get(path);
    return thing === undefined ? no(res, 404, 'NotFound', `${path} not found`) : say(res, 200, thing);
  };

  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    handlers: [
      async (req, res) => {
        const method = req.method ?? '';
        const url = new URL(req.url ?? '', 'http://cluster');
        const body = await readText(req);
        seen.push({ method, path: req.url ?? '', contentType: req.headers['content-type'] });
        if (isSilent) return true;
        if (req.headers.authorization !== `Bearer ${token}`) return no(res, 401, 'Unauthorized', 'Unauthorized');
        const on = method === 'PATCH' && url.searchParams.get('dryRun') === 'All' ? 'dry' : method;
        const at = troubles.findIndex((one) => one.on === on);
        const [struck] = at < 0 ? [] : troubles.splice(at, 1);
        if (struck?.do === 'touch') touch(url.pathname, struck.spec ?? false);
        if (struck?.do === 'slow') await sleep(struck.ms);
        if (struck?.when === 'before' && strike(res, struck)) return true;
        if (struck?.when !== 'applied') return serve(res, method, url, body);
        // The request is carried out, and its own answer goes nowhere.
        serve({ writeHead: () => ({ end: () => undefined }) } as unknown as ServerResponse, method, url, body);
        return strike(res, struck);
      },
    ],
  });
  return {
    url: server.url,
    token,
    changes,
    seen,
    put: (path, thing) => void things.set(path, structuredClone(thing) as Thing),
    get: (path) => structuredClone(things.get(path)) as Thing,
    trouble: (next, times = 1) => void troubles.push(...Array.from({ length: times }, () => next)),
    silence: () => {
      isSilent = true;
    },
    close: () => server.close(0),
  };
}

const labelsOf = (thing: Thing): Record<string, string> => (thing.metadata as { labels?: Record<string, string> }).labels ?? {};

function setAt(thing: object, path: string, value: unknown, op: 'add' | 'replace'): void {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  let at = thing as Record<string, unknown>;
  for (const step of steps) {
    if (typeof at[step] !== 'object' || at[step] === null) throw new Error(`there is no ${path}`);
    at = at[step] as Record<string, unknown>;
  }
  if (op === 'replace' && !Object.hasOwn(at, last)) throw new Error(`there is no ${path} to replace`);
  at[last] = value;
}

function strike(res: ServerResponse, struck: Trouble): boolean {
  if (struck.do === 'cut') res.destroy();
  if (struck.do === 'status' && struck.isProxy) res.writeHead(struck.status, { 'content-type': 'text/html' }).end('<html>');
  else if (struck.do === 'status') no(res, struck.status, 'Told', `told to be ${struck.status}`);
  return struck.do === 'cut' || struck.do === 'hang' || struck.do === 'status';
}

function say(res: ServerResponse, status: number, body: unknown): true {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}

const no = (res: ServerResponse, status: number, reason: string, message: string): true =>
  say(res, status, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status });
