import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/**
 * What becomes of requests. `hang`: nobody reads them and nobody answers. `busy`: turned away with 429. `unready`: 503, as
 * a load balancer says it. `cut`: the connection is lost before anything is done. `lost`: all is carried out, and the
 * connection is lost before the answer.
 */
export type Trouble = 'hang' | 'busy' | 'unready' | 'cut' | 'lost';

export type ElasticProxy = {
  url: string;
  /** Holds for whatever comes from now on; null lets everything through. What hangs by then is cut. */
  trouble(kind: Trouble | null): void;
  /** How many requests met a trouble. */
  troubled(): number;
  close(): Promise<void>;
};

const BUSY = {
  error: { type: 'es_rejected_execution_exception', reason: 'rejected execution of a task on a full queue' },
  status: 429,
};

/** Stands between a governor and a node, as a network does. It keeps nothing and changes nothing. */
export async function startProxy(target: string): Promise<ElasticProxy> {
  const to = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const hanging = new Set<ServerResponse>();
  let kind: Trouble | null = null;
  let troubled = 0;

  const forward = (asked: IncomingMessage, answer: ServerResponse, isLost: boolean): void => {
    const { method = 'GET', url = '/', headers } = asked;
    const options = { agent, hostname: to.hostname, port: to.port, method, path: url, headers: { ...headers, host: to.host } };
    const passed = request(options, (given) => {
      if (isLost) {
        given.resume().once('end', () => answer.destroy());
        return;
      }
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    // Whoever asked sees a node that is gone as what it is: a connection that ends.
    passed.once('error', () => answer.destroy());
    asked.pipe(passed);
  };

  const meets: Record<Trouble, (asked: IncomingMessage, answer: ServerResponse) => void> = {
    hang: (asked, answer) => {
      asked.resume();
      hanging.add(answer);
      answer.once('close', () => hanging.delete(answer));
    },
    busy: (asked, answer) => {
      asked.resume();
      answer.writeHead(429, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      answer.end(JSON.stringify(BUSY));
    },
    unready: (asked, answer) => {
      asked.resume();
      answer.writeHead(503, { 'content-type': 'text/plain' }).end('no server is available');
    },
    cut: (asked) => void asked.destroy(),
    lost: (asked, answer) => forward(asked, answer, true),
  };

  const server = createServer((asked, answer) => {
    if (kind === null) return forward(asked, answer, false);
    troubled += 1;
    meets[kind](asked, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  const release = (): void => {
    for (const answer of hanging) answer.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    trouble(next) {
      kind = next;
      if (next !== 'hang') release();
    },
    troubled: () => troubled,
    async close() {
      release();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}
