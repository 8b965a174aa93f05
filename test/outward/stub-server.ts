import type { IncomingMessage, ServerResponse } from 'node:http';
import { readText } from '../../src/http/body.ts';
import { listen } from '../../src/http/server.ts';

export type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string };
export type Respond = (res: ServerResponse, seen: Seen) => void;
export type StubServer = { url: string; seen: Seen[]; respond(next: Respond): void; close(): Promise<void> };

/** A server that answers every request as it was last told, and keeps what it was asked. */
export async function openStub(): Promise<StubServer> {
  const seen: Seen[] = [];
  let respond: Respond = json(200, {});
  const take = async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const request = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body: await readText(req) };
    seen.push(request);
    respond(res, request);
    return true;
  };
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [take] });
  return {
    url: server.url,
    seen,
    respond(next) {
      respond = next;
    },
    close: () => server.close(0),
  };
}

export const raw =
  (status: number, body: string, headers: Record<string, string> = {}): Respond =>
  (res) =>
    void res.writeHead(status, headers).end(body);

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Respond =>
  raw(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });

export const reset: Respond = (res) => void res.destroy();
export const silence: Respond = () => undefined;

/** Answers in turn; the last answer is given for ever. */
export function inTurn(...answers: [Respond, ...Respond[]]): Respond {
  const left = [...answers];
  return (res, seen) => {
    const next = left.length > 1 ? left.shift() : left[0];
    next?.(res, seen);
  };
}
