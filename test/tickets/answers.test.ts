import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandboxTickets } from '../../src/tickets/sandbox.ts';
import { said } from '../fixtures/said.ts';
import { json, openStub, type StubServer } from '../outward/stub-server.ts';

const request = {
  caseId: 'inc-1',
  service: 'payments-api',
  severity: 'critical',
  summary: 'Checkout fails',
  text: said('Why'),
} as const;
const ticket = { key: 'SIM-1', url: 'http://127.0.0.1:1/tickets/SIM-1/view', case_id: 'inc-1', status: 'open' };

let stub: StubServer;
beforeEach(async () => {
  stub = await openStub();
});
afterEach(() => stub.close());

const tickets = () => createSandboxTickets({ baseUrl: stub.url, clock: { now: Date.now }, timeoutMs: 500 });

test('an opening names the case, its service, its severity and what it is about', async () => {
  stub.respond(json(200, ticket));
  expect(await tickets().open(request)).toEqual({ key: 'SIM-1', url: ticket.url });
  expect(stub.seen.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
    ['/tickets', { case_id: 'inc-1', service: 'payments-api', severity: 'critical', summary: 'Checkout fails', text: 'Why' }],
  ]);
});

test.each([
  ['of another case', { case_id: 'inc-2' }, 'ticket_mismatch'],
  ['without a key', { key: '' }, 'answer_lost'],
  ['whose address would run a script', { url: 'javascript:alert(1)' }, 'answer_lost'],
])('a ticket %s is a fault, and the opening is sent once', async (_claim, change, code) => {
  stub.respond(json(200, { ...ticket, ...change }));
  await expect(tickets().open(request)).rejects.toMatchObject({ code });
  expect(stub.seen).toHaveLength(1);
});

test('a key cannot lead to another path', async () => {
  stub.respond(json(200, ticket));
  await tickets().close('../../_control/reset?x=');
  expect(stub.seen.map(({ path }) => path)).toEqual(['/tickets/..%2F..%2F_control%2Freset%3Fx%3D/transition']);
});
