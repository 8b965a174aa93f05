import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export type Scripted = { status: number; body?: unknown; headers?: Record<string, string> };
/** Null leaves the request to the cluster behind, or to 404 where there is none. */
export type Script = (path: string, method: string) => Scripted | null;

/** A server that answers as the script says and passes everything else on to `behind`. Gives its address. */
export async function scriptedServer(script: Script, behind: string | null = null): Promise<string> {
  const server = createServer((req, res) => {
    const scripted = script((req.url ?? '/').split('?')[0] ?? '/', req.method ?? 'GET');
    if (scripted === null && behind !== null) return passOn(req, res, behind);
    const { status, body = {}, headers = {} } = scripted ?? { status: 404 };
    req.resume();
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

function passOn(req: IncomingMessage, res: ServerResponse, behind: string): void {
  const onward = request(new URL(req.url ?? '/', behind), { method: req.method, headers: req.headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
  });
  onward.on('error', () => res.destroy());
  req.pipe(onward);
}

/** As Elasticsearch refuses: by its own header and a typed error. */
export const elasticRefusal = (status: number, type: string): Scripted => ({
  status,
  headers: { 'x-elastic-product': 'Elasticsearch' },
  body: { error: { type, reason: `scripted ${type}` }, status },
});
export const elasticAnswer = (body: unknown): Scripted => ({
  status: 200,
  headers: { 'x-elastic-product': 'Elasticsearch' },
  body,
});
