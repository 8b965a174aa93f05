import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { readText } from '../../src/http/body.ts';
import { sendJson } from '../../src/http/reply.ts';
import { listen } from '../../src/http/server.ts';

export type Got = { path: string; headers: IncomingMessage['headers']; body: string };

/** A target that takes what it is told: its own ledger says what reached it. `says` answers the n-th request, from 1. */
export async function openTarget(says: (count: number) => number | 'hang' | 'cut' = () => 200) {
  const got: Got[] = [];
  const hanging: (() => void)[] = [];
  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    handlers: [
      async (req, res) => {
        got.push({ path: req.url ?? '', headers: req.headers, body: await readText(req, 1_000_000) });
        const answer = says(got.length);
        if (answer === 'cut') res.destroy();
        else if (answer === 'hang') hanging.push(() => res.destroy());
        else sendJson(res, answer, { workflowExecutionId: `run-${got.length}` });
        return true;
      },
    ],
  });
  onTestFinished(async () => {
    for (const end of hanging) end();
    await server.close(0);
  });
  return { url: server.url, got };
}
