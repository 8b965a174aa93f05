import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpRefusal } from './refusal.ts';
import { sendJson } from './reply.ts';

export type Params = Readonly<Record<string, string>>;
export type Handler = (req: IncomingMessage, res: ServerResponse, params: Params) => Promise<void> | void;
/** Runs before a matched handler; throws an HttpRefusal to refuse the request. */
export type Guard = (req: IncomingMessage) => void;

export type Router = {
  get(pattern: string, handler: Handler): void;
  post(pattern: string, handler: Handler): void;
  add(method: string, pattern: string, handler: Handler): void;
  /** Answers the request if one of the routes is its own; false leaves the request untouched for the next router. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
};

export type RouterOptions = {
  guard?: Guard;
  /** Told about every fault that ended as a 500; the router itself writes no log. */
  onFault?: (fault: unknown, req: IncomingMessage) => void;
};

type Route = { method: string; segments: readonly string[]; handler: Handler };
/** Literal paths are found by one look-up, so that only the few patterned ones are tried in turn. */
type Routes = { literal: Map<string, Route[]>; patterned: Route[] };
type Match = { handler: Handler; params: Params };
type Lookup = { match?: Match; methods: string[] };

const METHOD_NOT_ALLOWED = 405;
const SERVER_FAULT = 500;

/** A route table on node:http. Patterns are literal segments, `:name` for one segment, and a final `*name` for the rest. */
export function createRouter({ guard, onFault }: RouterOptions = {}): Router {
  const routes: Routes = { literal: new Map(), patterned: [] };
  const add = (method: string, pattern: string, handler: Handler): void => {
    const route = { method, segments: split(pattern), handler };
    if (/\/[:*]/.test(pattern)) routes.patterned.push(route);
    else routes.literal.set(pattern, [...(routes.literal.get(pattern) ?? []), route]);
  };

  const answer = async (req: IncomingMessage, res: ServerResponse, { match, methods }: Lookup): Promise<void> => {
    guard?.(req);
    if (match !== undefined) return match.handler(req, res, match.params);
    sendJson(
      res,
      METHOD_NOT_ALLOWED,
      { error: `${req.method} is not accepted here; accepted: ${methods.join(', ')}` },
      { allow: methods.join(', ') },
    );
  };

  return {
    add,
    get: (pattern, handler) => add('GET', pattern, handler),
    post: (pattern, handler) => add('POST', pattern, handler),
    async handle(req, res) {
      const found = lookUp(routes, req);
      if (found.methods.length === 0) return false;
      try {
        await answer(req, res, found);
      } catch (fault) {
        refuse(req, res, fault, onFault);
      }
      return true;
    },
  };
}

/** The request's URL; the host in it is a placeholder, since a Host header is a claim of the client. */
export function requestUrl(req: IncomingMessage): URL {
  const url = URL.parse(`http://unnamed${req.url ?? '/'}`);
  if (url === null) throw new HttpRefusal(400, 'the request target is not a URL');
  return url;
}

function lookUp(routes: Routes, req: IncomingMessage): Lookup {
  const path = (req.url ?? '/').split('?', 1)[0] ?? '/';
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  const segments = split(path);
  const methods: string[] = [];
  for (const route of routes.literal.get(path) ?? routes.patterned) {
    const params = matchSegments(route.segments, segments);
    if (params === undefined) continue;
    if (route.method === method) return { match: { handler: route.handler, params }, methods: [route.method] };
    methods.push(route.method);
  }
  return { methods };
}

function matchSegments(pattern: readonly string[], path: readonly string[]): Params | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith('*')) return { ...params, [part.slice(1)]: path.slice(index).join('/') };
    const given = path[index];
    if (given === undefined) return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = given;
    else if (part !== given) return undefined;
  }
  return path.length === pattern.length ? params : undefined;
}

function split(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
}

/** A segment that is no valid percent encoding stays as it is and simply matches nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function refuse(req: IncomingMessage, res: ServerResponse, fault: unknown, onFault: RouterOptions['onFault']): void {
  if (fault instanceof HttpRefusal) {
    // What is left of the body stays unread, so this connection cannot carry another request.
    sendJson(res, fault.status, { error: fault.message }, { connection: 'close' });
    return;
  }
  onFault?.(fault, req);
  if (res.headersSent) res.destroy();
  else sendJson(res, SERVER_FAULT, { error: 'the server could not answer; its log says why' });
}
