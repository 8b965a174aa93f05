import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestUrl } from '../../http/router.ts';
import type { Changes } from '../changes.ts';
import { people, personNamed } from './lookups.ts';

const PING_EVERY_MS = 15_000;
/** A page that reads no more is cut; it comes back and fetches everything anew. */
const BACKLOG_BYTES_MAX = 8_000_000;

export type Streams = { open(req: IncomingMessage, res: ServerResponse): void; close(): void };

/** Server-Sent Events: every change that one person may see, as it happens. */
export function createStreams(changes: Changes): Streams {
  const open = new Set<ServerResponse>();
  return {
    open(req, res) {
      const viewer = personNamed(requestUrl(req).searchParams.get('user') ?? people()[0] ?? '');
      res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      res.write(': connected\n\n');
      const unsubscribe = changes.subscribe(({ kind, to, payload }) => {
        if (to !== undefined && !to.includes(viewer.id)) return;
        res.write(`data: ${JSON.stringify({ kind, ...payload })}\n\n`);
        if (res.writableLength > BACKLOG_BYTES_MAX) res.destroy();
      });
      const ping = setInterval(() => res.write(': ping\n\n'), PING_EVERY_MS).unref();
      open.add(res);
      res.on('close', () => {
        unsubscribe();
        clearInterval(ping);
        open.delete(res);
      });
    },
    close() {
      for (const res of open) res.destroy();
    },
  };
}
