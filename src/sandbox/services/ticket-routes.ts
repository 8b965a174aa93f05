import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJson } from '../../http/body.ts';
import { HttpRefusal } from '../../http/refusal.ts';
import { sendHtml } from '../../http/reply.ts';
import { type Params, type Router, requestUrl } from '../../http/router.ts';
import { type Answer, answerUnderFault, type Faults } from '../faults.ts';
import type { Database } from '../store/database.ts';
import { ticketPage } from './ticket-page.ts';
import { CommentRequest, type Ticket, TicketRequest, type Tickets, TransitionRequest } from './tickets.ts';
import { parseCall } from './wrong-call.ts';

const NOT_FOUND = 404;

export type TicketPorts = { tickets: Tickets; faults: Faults; database: Database; baseUrl: () => string };
type Apply = (req: IncomingMessage, params: Params) => Promise<() => unknown>;

/** The ticket tracker's interface and the page of one ticket. */
export function ticketRoutes(router: Router, { tickets, faults, database, baseUrl }: TicketPorts): void {
  const shown = (ticket: Ticket): Record<string, unknown> => ({
    ...ticket,
    url: `${baseUrl()}/tickets/${ticket.key}/view`,
    simulated: true,
  });
  const named = ({ key = '' }: Params): Ticket => {
    const ticket = tickets.find(key);
    if (ticket === undefined) throw new HttpRefusal(NOT_FOUND, `there is no ticket \`${key}\``);
    return ticket;
  };
  // The request is read and parsed first; what it asks for is applied under the fault, maybe twice, maybe never.
  const serve =
    (name: string, prepare: Apply) =>
    async (req: IncomingMessage, res: ServerResponse, params: Params): Promise<void> => {
      const change = await prepare(req, params);
      const apply = async (): Promise<Answer> => {
        const body = change();
        await database.durable();
        return { status: 200, body };
      };
      await answerUnderFault(faults.take('tickets', name), { res, apply, refuse: (error) => ({ status: 422, body: { error } }) });
    };

  router.post(
    '/tickets',
    serve('create', async (req) => {
      const request = parseCall(TicketRequest, await readJson(req), '{case_id, service, severity, summary, text}');
      return () => {
        const { ticket, created } = tickets.create(request);
        return { ...shown(ticket), created };
      };
    }),
  );
  router.get(
    '/tickets',
    serve('get', async (req) => () => {
      const caseId = requestUrl(req).searchParams.get('case_id');
      const ticket = caseId === null ? undefined : tickets.ofCase(caseId);
      if (caseId === null) return { tickets: tickets.list().map(shown) };
      return { tickets: ticket === undefined ? [] : [shown(ticket)] };
    }),
  );
  router.get(
    '/tickets/:key',
    serve('get', async (_req, params) => () => shown(named(params))),
  );
  router.post(
    '/tickets/:key/comments',
    serve('comment', async (req, params) => {
      const comment = parseCall(CommentRequest, await readJson(req), '{id, text}');
      return () => shown(tickets.comment(named(params), comment));
    }),
  );
  router.post(
    '/tickets/:key/transition',
    serve('transition', async (req, params) => {
      const { status } = parseCall(TransitionRequest, await readJson(req), '{status: open | in_progress | done}');
      return () => shown(tickets.move(named(params), status));
    }),
  );
  router.get('/tickets/:key/view', (_req, res, params) => sendHtml(res, 200, ticketPage(named(params))));
}
