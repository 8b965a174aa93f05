import { readJson } from '../../http/body.ts';
import { type Router, requestUrl } from '../../http/router.ts';
import { type Answer, answerUnderFault, type Faults } from '../faults.ts';
import type { Database } from '../store/database.ts';
import type { World } from '../world/world.ts';
import { type Ledger, RunRequest } from './ledger.ts';
import type { Tickets } from './tickets.ts';
import { parseCall } from './wrong-call.ts';

const RUN_SHAPE = '{key, action, parameters{}, case_id, service?, not_after (ISO time)}';
const ok = (body: unknown): Answer => ({ status: 200, body });

export type ExecutorPorts = {
  ledger: Ledger;
  world: World;
  tickets: Tickets;
  faults: Faults;
  database: Database;
  now: () => number;
};

/** The executor: keyed, refuses what comes late, and can be asked later what became of a key. */
export function executorRoutes(router: Router, { ledger, world, tickets, faults, database, now }: ExecutorPorts): void {
  const refuse = (error: string): Answer => ({ status: 422, body: { error } });

  const run = async (request: RunRequest): Promise<Answer> => {
    const outcome = ledger.run(request, (atMs) => effectOf(request, atMs));
    await database.durable();
    if (outcome.kind === 'conflict')
      return { status: 409, body: { error: `the key \`${request.key}\` was used before with other content` } };
    if (outcome.kind === 'late')
      return ok({ outcome: 'refused', detail: 'too late', at: new Date(now()).toISOString(), repeated: false });
    const { outcome: result, detail, at } = outcome.execution;
    return ok({ outcome: result, detail, at, repeated: outcome.kind === 'repeated' });
  };

  /** Changes the simulated services that the action was aimed at. */
  const effectOf = (request: RunRequest, atMs: number): string => {
    const { action } = request;
    const targets = targetsOf(request);
    for (const service of targets) {
      world.act(action, service, atMs);
      faults.actedOn(service);
    }
    return targets.length === 0 ? `simulated: ${action}` : `simulated: ${action} on ${targets.join(', ')}`;
  };

  /** A service is named by a parameter, else by the order, else by the case's ticket, else it is the only one in an incident that the action is known for. */
  const targetsOf = ({ action, parameters, case_id: caseId, service }: RunRequest): string[] => {
    const services = world.services();
    const named = Object.values(parameters).filter((value) => typeof value === 'string' && services.includes(value));
    if (named.length > 0) return [...new Set(named.map(String))];
    const ticketed = service ?? tickets.ofCase(caseId)?.service;
    if (ticketed !== undefined && services.includes(ticketed)) return [ticketed];
    const affected = world.affectedBy(action);
    return affected.length === 1 ? affected : [];
  };

  const status = (key: string): Answer => {
    const execution = ledger.find(key);
    return ok(
      execution === undefined
        ? { seen: false }
        : { seen: true, outcome: execution.outcome, detail: execution.detail, at: execution.at },
    );
  };

  const declaration = { name: 'sandbox ledger', refuses_late: true, idempotent_by_key: true };
  router.get('/executor/declaration', (_req, res) =>
    answerUnderFault(faults.take('executor', 'declaration'), { res, apply: async () => ok(declaration), refuse }),
  );
  router.get('/executor/status', (req, res) => {
    const key = requestUrl(req).searchParams.get('key') ?? '';
    return answerUnderFault(faults.take('executor', 'status'), { res, apply: async () => status(key), refuse });
  });
  router.post('/executor/run', async (req, res) => {
    const request = parseCall(RunRequest, await readJson(req), RUN_SHAPE);
    await answerUnderFault(faults.take('executor', 'run'), { res, apply: () => run(request), refuse });
  });
}
