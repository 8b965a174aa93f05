import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { createSandboxTickets } from '../../src/tickets/sandbox.ts';
import { ticketsSuite } from '../conformance/tickets.suite.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
});
afterAll(() => hosted.close());

const Listed = z.array(
  z.object({
    case_id: z.string(),
    key: z.string(),
    status: z.string(),
    summary: z.string(),
    comments: z.array(z.object({ text: z.string() })),
  }),
);

ticketsSuite('the sandbox', async () => {
  await hosted.act('reset', {});
  const fault = async (kind: string): Promise<void> => {
    await hosted.act('fault', { target: 'tickets', kind, times: 1 });
  };
  return {
    tickets: createSandboxTickets({ baseUrl: hosted.url, clock: { now: Date.now } }),
    async seen(caseId) {
      const tickets = Listed.parse(await hosted.list('tickets')).filter(({ case_id }) => case_id === caseId);
      return tickets.map(({ key, status, summary, comments }) => ({ key, closed: status === 'done', summary, comments }));
    },
    faults: {
      loseAnswer: () => fault('applied_answer_lost'),
      loseRequest: () => fault('drop_before'),
      refuse: () => fault('error:forbidden'),
    },
    close: async () => undefined,
  };
});
