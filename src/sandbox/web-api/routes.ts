import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Router } from '../../http/router.ts';
import { elapsedSince } from '../delivery/elapsed.ts';
import { type Answer, answerUnderFault } from '../faults.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type ParsedArguments, readArguments } from './arguments.ts';
import { type ApiAnswer, type Method, refuse } from './method.ts';
import { methodNamed } from './methods.ts';

export type ApiTraffic = { inFlight(): number };

/** `/api/METHOD`, by GET or POST: token, scope, then the method; every call is recorded with its outcome. */
export function apiRoutes(router: Router, workspace: Workspace): ApiTraffic {
  let inFlight = 0;
  const serve = async (req: IncomingMessage, res: ServerResponse, name: string): Promise<void> => {
    inFlight += 1;
    try {
      await call(workspace, req, res, name);
    } finally {
      inFlight -= 1;
    }
  };
  router.get('/api/:method', (req, res, params) => serve(req, res, params.method ?? ''));
  router.post('/api/:method', (req, res, params) => serve(req, res, params.method ?? ''));
  return { inFlight: () => inFlight };
}

async function call(workspace: Workspace, req: IncomingMessage, res: ServerResponse, name: string): Promise<void> {
  const given = await readArguments(req);
  const startMs = performance.now();
  const record = (answer: ApiAnswer): void => {
    const outcome = { ok: answer.ok, ...(answer.ok ? {} : { error: String(answer.error) }) };
    const entry = { at: new Date(workspace.now()).toISOString(), method: name, body: given.ok ? given.args : {}, ...outcome };
    workspace.calls.record({ ...entry, ms: elapsedSince(startMs) });
    workspace.changes.publish('call', entry);
  };
  const apply = async (): Promise<Answer> => {
    const answer = run(workspace, name, given);
    record(answer);
    await workspace.database.durable();
    return { status: 200, body: answer, headers: scopeHeaders(workspace, name) };
  };
  const fault = workspace.faults.take('slack', name);
  if (fault !== undefined) record(refuse(`fault: ${fault.kind}`));
  await answerUnderFault(fault, { res, apply, refuse: (error) => ({ status: 200, body: refuse(error) }) });
}

function run(workspace: Workspace, name: string, given: ParsedArguments): ApiAnswer {
  const method = methodNamed(name);
  if (method === undefined) return refuse('unknown_method', { req_method: name });
  if (!given.ok) return refuse(given.error);
  return refusedToken(workspace, method, given.token) ?? refusedScope(workspace, method) ?? method.run(given.args, workspace);
}

function refusedToken({ tokens }: Workspace, { token: wanted }: Method, token: string | undefined): ApiAnswer | undefined {
  if (wanted === 'none') return undefined;
  if (token === undefined) return refuse('not_authed');
  if (token !== tokens.botToken && token !== tokens.appToken) return refuse('invalid_auth');
  return token === (wanted === 'bot' ? tokens.botToken : tokens.appToken) ? undefined : refuse('not_allowed_token_type');
}

function refusedScope({ manifest }: Workspace, { scopes }: Method): ApiAnswer | undefined {
  if (scopes.length === 0 || scopes.some((scope) => manifest.scopes.includes(scope))) return undefined;
  return refuse('missing_scope', { needed: scopes.join(','), provided: manifest.scopes.join(',') });
}

function scopeHeaders({ manifest }: Workspace, name: string): Record<string, string> {
  const accepted = methodNamed(name)?.scopes.join(',') ?? '';
  return { 'x-oauth-scopes': manifest.scopes.join(','), 'x-accepted-oauth-scopes': accepted };
}
