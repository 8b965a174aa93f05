import { sendJson, sendText } from '../http/reply.ts';
import type { Router } from '../http/router.ts';
import { createRouter } from '../http/router.ts';
import type { Metrics } from './metrics.ts';

export type Vitals = {
  /** Null while everything needed to take and run cases is there; else what is missing. */
  unready(): Promise<string | null>;
  idle(): boolean;
  metrics: Metrics;
};

const UNAVAILABLE = 503;

/** The app's own routes, for supervisors and load balancers. None of them tells anything about a case. */
export function appRoutes({ unready, idle, metrics }: Vitals): Router {
  const router = createRouter();
  router.get('/healthz', (_req, res) => sendJson(res, 200, { ok: true }));
  router.get('/readyz', async (_req, res) => {
    const missing = await unready();
    sendJson(res, missing === null ? 200 : UNAVAILABLE, missing === null ? { ready: true } : { ready: false, missing });
  });
  router.get('/idle', (_req, res) => sendJson(res, 200, { idle: idle() }));
  router.get('/metrics', (_req, res) => sendText(res, 200, metrics.text()));
  return router;
}
