import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TicketRequest, Tickets } from '../../pipeline/ports.ts';
import { said } from '../fixtures/said.ts';

export type SeenTicket = { key: string; closed: boolean; summary: string; comments: { text: string }[] };
export type TicketsStage = {
  tickets: Tickets;
  /** The case's tickets as the tracker itself shows them. */
  seen(caseId: string): Promise<SeenTicket[]>;
  /** Each strikes the next request once. */
  faults: { loseAnswer(): Promise<void>; loseRequest(): Promise<void>; refuse(): Promise<void> };
  close(): Promise<void>;
};

const requestOf = (caseId: string): TicketRequest => ({
  caseId,
  service: 'payments-api',
  severity: 'high',
  summary: 'Checkout fails with 503',
  text: said('What was found, and what waits for a person.'),
});

/** What every ticket tracker must do. A lost answer throws; the same request again must then change nothing twice. */
export function ticketsSuite(name: string, open: () => Promise<TicketsStage>): void {
  describe(`the tickets of ${name}`, () => {
    let stage: TicketsStage;
    let cases = 0;
    const request = (): TicketRequest => requestOf(`inc-ticket-${cases}`);
    const seen = async (): Promise<SeenTicket> => {
      const found = await stage.seen(request().caseId);
      expect(found).toHaveLength(1);
      return found[0]!;
    };
    const commentTexts = async (): Promise<string[]> => (await seen()).comments.map(({ text }) => text);

    beforeEach(async () => {
      cases += 1;
      stage = await open();
    });
    afterEach(() => stage.close());

    test('opens a ticket that carries the summary and has an address', async () => {
      const { key, url } = await stage.tickets.open(request());
      expect(await seen()).toMatchObject({ key, closed: false, summary: request().summary });
      expect(new URL(url).protocol).toMatch(/^https?:$/);
    });

    test('a second opening finds the first ticket, whatever it says by then', async () => {
      const first = await stage.tickets.open(request());
      expect(await stage.tickets.open({ ...request(), summary: 'Changed', text: said('Changed') })).toEqual(first);
      await seen();
    });

    test('twenty openings at once make one ticket', async () => {
      const opened = await Promise.all(Array.from({ length: 20 }, () => stage.tickets.open(request())));
      expect(new Set(opened.map(({ key }) => key)).size).toBe(1);
      await seen();
    });

    test('two cases have two tickets', async () => {
      const one = await stage.tickets.open(request());
      const other = await stage.tickets.open(requestOf(`${request().caseId}-other`));
      expect(one.key).not.toBe(other.key);
    });

    test('after a lost answer the same ticket is found', async () => {
      await stage.faults.loseAnswer();
      await expect(stage.tickets.open(request())).rejects.toThrow();
      const found = await stage.tickets.open(request());
      expect((await seen()).key).toBe(found.key);
    });

    test('after a lost request there is one ticket', async () => {
      await stage.faults.loseRequest();
      await expect(stage.tickets.open(request())).rejects.toThrow();
      await stage.tickets.open(request());
      await seen();
    });

    test('a comment is added once, however often it is sent', async () => {
      const { key } = await stage.tickets.open(request());
      for (const _time of [1, 2, 3]) await stage.tickets.comment(key, 'inc:4', said('Approved by oncall'));
      await stage.tickets.comment(key, 'inc:5', said('Executed'));
      expect(await commentTexts()).toEqual(['Approved by oncall', 'Executed']);
    });

    test('a comment whose answer was lost is there once after it is sent again', async () => {
      const { key } = await stage.tickets.open(request());
      await stage.faults.loseAnswer();
      await expect(stage.tickets.comment(key, 'inc:4', said('Approved'))).rejects.toThrow();
      await stage.tickets.comment(key, 'inc:4', said('Approved'));
      expect(await commentTexts()).toEqual(['Approved']);
    });

    test('closing twice is closing once', async () => {
      const { key } = await stage.tickets.open(request());
      await stage.tickets.close(key);
      await stage.tickets.close(key);
      expect(await seen()).toMatchObject({ key, closed: true });
    });

    test('a case whose ticket is closed gets no second one', async () => {
      const { key } = await stage.tickets.open(request());
      await stage.tickets.close(key);
      expect((await stage.tickets.open(request())).key).toBe(key);
      await seen();
    });

    test('long texts are cut and not refused', async () => {
      const { key } = await stage.tickets.open({ ...request(), summary: '🔥'.repeat(2_000), text: said('x'.repeat(100_000)) });
      await stage.tickets.comment(key, 'inc:4', said('y'.repeat(100_000)));
      expect((await seen()).comments).toHaveLength(1);
    });

    test('what the tracker refuses throws, and so does a ticket that does not exist', async () => {
      await stage.faults.refuse();
      await expect(stage.tickets.open(request())).rejects.toMatchObject({ code: 'ticket_refused' });
      expect(await stage.seen(request().caseId)).toEqual([]);
      await expect(stage.tickets.close('NONE-999')).rejects.toMatchObject({ code: 'ticket_refused' });
      await expect(stage.tickets.comment('NONE-999', 'inc:1', said('text'))).rejects.toMatchObject({ code: 'ticket_refused' });
    });
  });
}
