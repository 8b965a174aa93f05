import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `partial` lets the cluster say of itself that one shard gave nothing; the others never reach it. */
export type DoorState = 'open' | 'silent' | 'refusing' | 'busy' | 'partial';
export type FaultyDoor = { url: string; be(state: DoorState): void; close(): Promise<void> };

const REFUSALS: Partial<Record<DoorState, { status: number; type: string }>> = {
  refusing: { status: 403, type: 'security_exception' },
  busy: { status: 429, type: 'es_rejected_execution_exception' },
};
const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };

/** A door before a real cluster that can fall silent, refuse, or let less through than there is. */
export async function openFaultyDoor(clusterUrl: string): Promise<FaultyDoor> {
  let state: DoorState = 'open';
  const server = createServer(async (asked, answer) => {
    if (state === 'silent') return void asked.socket.destroy();
    const body = await buffer(asked);
    const refusal = REFUSALS[state];
    if (refusal !== undefined) {
      const error = { error: { type: refusal.type, reason: 'so it was told' }, status: refusal.status };
      return void answer.writeHead(refusal.status, HEADERS).end(JSON.stringify(error));
    }
    const passed = request(new URL(asked.url ?? '/', clusterUrl), { method: asked.method, headers: asked.headers });
    passed.on('error', () => asked.socket.destroy());
    passed.on('response', async (got) => {
      const text = (await buffer(got)).toString();
      const told = state === 'partial' ? text.replace(/"failed":0/, '"failed":1') : text;
      answer.writeHead(got.statusCode ?? 500, HEADERS).end(told);
    });
    passed.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    be(next) {
      state = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
