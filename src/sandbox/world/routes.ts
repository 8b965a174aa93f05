import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Router, requestUrl } from '../../http/router.ts';
import { type Answer, answerUnderFault, type Faults } from '../faults.ts';
import type { World } from './world.ts';

const WINDOW_MS_MAX = 6 * 3_600_000;

const ok = (body: unknown): Answer => ({ status: 200, body });
const failed = (status: number, error: string): Answer => ({ status, body: { error } });

/** The telemetry the app asks: services, figures of a window, and single log lines. */
export function telemetryRoutes(router: Router, world: World, faults: Faults): void {
  const route = (name: string, answer: (query: URLSearchParams) => Answer): void =>
    router.get(`/telemetry/${name}`, async (req: IncomingMessage, res: ServerResponse) => {
      const query = requestUrl(req).searchParams;
      const fault = faults.take('telemetry', name, query.get('service') ?? undefined);
      // `error:partial` is the one fault that still gives figures: ones that say they are incomplete.
      const refuse = (error: string): Answer => (error === 'partial' ? partial(answer(query)) : failed(422, error));
      await answerUnderFault(fault, { res, apply: async () => answer(query), refuse });
    });

  route('services', () => ok({ services: world.services() }));
  route('figures', (query) => figures(world, query));
  route('log', (query) => {
    const line = world.log(query.get('id') ?? '');
    if (line === undefined) return failed(404, 'unknown_log');
    const { id, service, atMs, status, path, text } = line;
    return ok({ id, service, at: new Date(atMs).toISOString(), status, path, text });
  });
}

function figures(world: World, query: URLSearchParams): Answer {
  const fromMs = Date.parse(query.get('from') ?? '');
  const toMs = Date.parse(query.get('to') ?? '');
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs) || toMs < fromMs)
    return failed(400, 'from and to must be ISO times, from before to');
  if (toMs - fromMs > WINDOW_MS_MAX) return failed(400, `the window is longer than ${WINDOW_MS_MAX / 1000} s`);
  const counted = world.figures(query.get('service') ?? '', fromMs, toMs);
  return counted === undefined ? failed(404, 'unknown_service') : ok(counted);
}

function partial({ status, body }: Answer): Answer {
  return { status, body: typeof body === 'object' && body !== null ? { ...body, partial: true } : body };
}
