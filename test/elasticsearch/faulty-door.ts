import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Knock = { method: string; path: string; body: string };

/**
 * What becomes of one request. `answer_lost`: it is carried out and nobody hears of it. `dropped`: it never arrives.
 * `hang`: nothing ever comes back. An answer that is given here stands in the cluster's place, which hears nothing of it;
 * `told` changes what the cluster answered.
 */
export type Fate =
  | 'pass'
  | 'answer_lost'
  | 'dropped'
  | 'hang'
  | { status: number; json: unknown }
  | { told: (answer: string) => string };

export type FaultyDoor = {
  url: string;
  /** Decides from now on; the one before is forgotten. */
  decide(fate: (knock: Knock, count: number) => Fate): void;
  close(): Promise<void>;
};

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
const OWN_WORDS: Record<number, string> = {
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
};
/** The cluster turning a request away as a whole. */
export const turnedAway = (status: number): Fate => ({
  status,
  json: { error: { type: OWN_WORDS[status] ?? 'exception', reason: 'told by the test' }, status },
});

/** A door before a real cluster that fails as a network or a cluster does, request by request. */
export async function openFaultyDoor(target: string): Promise<FaultyDoor> {
  let fateOf: (knock: Knock, count: number) => Fate = () => 'pass';
  let count = 0;

  const forward = (
    knock: Knock,
    headers: IncomingHttpHeaders,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> =>
    new Promise((resolve, reject) => {
      const to = request(new URL(knock.path, target), { method: knock.method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      to.on('error', reject);
      to.end(knock.body);
    });

  const server = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', async () => {
      const knock = { method: asked.method ?? 'GET', path: asked.url ?? '/', body: Buffer.concat(chunks).toString() };
      const fate = fateOf(knock, count);
      count += 1;
      if (fate === 'hang') return;
      if (fate === 'dropped') return void asked.socket.destroy();
      if (typeof fate === 'object' && 'status' in fate) {
        return void answer.writeHead(fate.status, HEADERS).end(JSON.stringify(fate.json));
      }
      const { 'accept-encoding': _, ...headers } = asked.headers;
      const got = await forward(knock, { ...headers, host: new URL(target).host }).catch(() => null);
      if (got === null || fate === 'answer_lost') return void asked.socket.destroy();
      if (typeof fate === 'object') return void answer.writeHead(got.status, HEADERS).end(fate.told(got.body.toString()));
      answer.writeHead(got.status, got.headers);
      return void answer.end(got.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    decide(fate) {
      fateOf = fate;
      count = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
