import { expect, test } from 'vitest';
import type { TicketRequest } from '../../pipeline/ports.ts';
import type { Jira } from '../../src/tickets/jira/jira.ts';
import { createOpenTicket } from '../../src/tickets/jira/open-ticket.ts';
import { type Openings, openingsHere } from '../../src/tickets/jira/openings.ts';
import { movedClock, request } from './jira-stage.ts';

const SETTLE_MS = 8_000;
/** A seventh of the time in which a creation settles, and a little more. */
const LATE_MS = 1_300;

/** A tracker whose notes take so long each, one after the other; the last figure goes on. */
function withSlowNotes(tookMs: readonly number[]) {
  const clock = movedClock();
  const notes = openingsHere();
  const written: number[] = [];
  const openings: Openings = {
    ...notes,
    async write(caseId, opening) {
      await notes.write(caseId, opening);
      clock.move(tookMs[Math.min(written.length, tookMs.length - 1)] ?? 0);
      written.push(Date.parse(opening.at));
    },
  };
  const created: number[] = [];
  const never = (): never => {
    throw new Error('nothing of these tests asks that');
  };
  const jira = new Proxy({} as Jira, {
    get: (_jira, name) => {
      if (name === 'issuesOf') return async () => [];
      if (name !== 'create') return never;
      return async () => {
        created.push(clock.now());
        return { id: '10001', key: 'OPS-1' };
      };
    },
  });
  const log = { debug: never, info: never, warn: never, error: never, child: never };
  const fieldsOf = (_request: TicketRequest): Record<string, unknown> => ({});
  const open = createOpenTicket({ jira, openings, clock, log, settleMs: SETTLE_MS, fieldsOf });
  return { open, notes, written, created };
}

test('a creation begins right after its note: others count from there when it could be seen', async () => {
  const { open, created, written } = withSlowNotes([0]);
  expect(await open(request)).toEqual({ id: '10001', key: 'OPS-1' });
  expect(created).toHaveLength(1);
  // Once before, and once with the ticket's id after.
  expect(written).toHaveLength(2);
  expect(created[0]! - written[0]!).toBeLessThan(LATE_MS);
});

test('where noting took long, the note is told anew before anything is made', async () => {
  const { open, created, written } = withSlowNotes([LATE_MS, LATE_MS, 100]);
  await open(request);
  expect(written.length).toBeGreaterThanOrEqual(3);
  const newest = Math.max(...written.filter((atMs) => atMs <= created[0]!));
  expect(created[0]! - newest).toBeLessThan(LATE_MS);
});

test('where that never comes, nothing is made, the note is taken away, and it is tried later', async () => {
  const { open, notes, created } = withSlowNotes([LATE_MS]);
  await expect(open(request)).rejects.toMatchObject({ code: 'ticket_unsettled' });
  expect(created).toEqual([]);
  expect(await notes.read(request.caseId)).toEqual([]);
});
