import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { seal } from '../../pipeline/chain.ts';
import { advance } from '../../pipeline/fold.ts';
import { isOpen } from '../../pipeline/showing.ts';
import { REFUSAL_COMMENTS_MAX, refusedIn, type TicketDue, ticketDue } from '../../pipeline/ticketing.ts';
import { aCase } from '../fixtures/a-case.ts';

const CASE = 'case-0001';

/** A blocked case with a ticket, whose entries may come at any time, and a ticket that is told whatever is due. */
function aTicketedCase() {
  const begun = aCase({ wrong: { contradictions: 2 } }).decided();
  const entries: Entry[] = [...begun.entries];
  let state = begun.now;
  let atMs = begun.atMs;
  const comments: Extract<TicketDue, { act: 'comment' }>[] = [];
  const add = (body: EntryBody): void => {
    const draft = { case_id: CASE, entry_id: crypto.randomUUID(), at: new Date(atMs).toISOString(), body };
    const entry = seal(draft, state.seq + 1, state.hash);
    entries.push(entry);
    state = advance(state, entry);
  };
  /** Whatever is due now, as the lane does it. */
  const tell = (): void => {
    for (let due = ticketDue(state); due?.act === 'comment' && due.atMs <= atMs; due = ticketDue(state)) {
      comments.push(due);
      add({ kind: 'ticket_commented', key: 'T-1', comment_id: `${CASE}:${due.fromSeq}`, shows_seq: due.uptoSeq });
    }
  };
  add({ kind: 'ticket_opened', key: 'T-1', url: 'http://127.0.0.1/t', shows_seq: ticketDue(state)?.act === 'open' ? 4 : 0 });
  return {
    comments,
    entries,
    now: (): CaseState => state,
    wait(ms: number): void {
      atMs += ms;
    },
    refuse: (by = 'U000VISIT'): void =>
      add({ kind: 'refused', revision: 1, by, via: 'reply', event_key: null, attempted: 'approve', refusal: 'not_an_approver' }),
    stage: (): void => add({ kind: 'voided', revision: 1, differences: ['a document changed'] }),
    end: (): void => add({ kind: 'expired', revision: 1 }),
    tell,
  };
}

const told = ({ entries, comments }: ReturnType<typeof aTicketedCase>): number[] =>
  comments.map(
    ({ fromSeq, uptoSeq }) =>
      refusedIn(
        entries.filter(({ seq }) => seq >= fromSeq),
        uptoSeq,
      ).length,
  );

describe('attempts that were refused', () => {
  test('the first is told at once, and those that follow soon are told together', () => {
    const it = aTicketedCase();
    it.refuse();
    it.tell();
    for (let click = 0; click < 9; click += 1) {
      it.wait(1_000);
      it.refuse();
      it.tell();
    }
    expect(told(it)).toEqual([1]);
    it.wait(10_000);
    it.tell();
    expect(told(it)).toEqual([1, 9]);
  });

  test('who tries fifty times within a minute makes four comments', () => {
    const it = aTicketedCase();
    for (let click = 0; click < 50; click += 1) {
      it.refuse();
      it.tell();
      it.wait(1_200);
    }
    it.wait(60_000);
    it.tell();
    expect(told(it)).toEqual([1, 9, 17, 23]);
  });

  test('who never stops makes as many comments as a case may have, and the last says so', () => {
    const it = aTicketedCase();
    for (let click = 0; click < 3_000; click += 1) {
      it.refuse();
      it.tell();
      it.wait(10_000);
    }
    expect(REFUSAL_COMMENTS_MAX).toBe(12);
    expect(it.comments).toHaveLength(REFUSAL_COMMENTS_MAX);
    expect(it.comments.map(({ last }) => last)).toEqual([...Array(REFUSAL_COMMENTS_MAX - 1).fill(false), true]);
    expect(ticketDue(it.now())).toBeNull();
  });

  test('they are told before the stage that came after them', () => {
    const it = aTicketedCase();
    it.refuse();
    it.tell();
    it.refuse();
    expect(ticketDue(it.now())?.atMs).toBeGreaterThan(0);
    it.stage();
    it.refuse();
    it.tell();
    expect(told(it)).toEqual([1, 1, 0]);
  });

  test('nobody waits for more of them once the case is over, which stays open until they are told', () => {
    const it = aTicketedCase();
    it.refuse();
    it.tell();
    it.refuse();
    expect(ticketDue(it.now())?.atMs).toBeGreaterThan(0);
    it.end();
    expect(isOpen(it.now(), true)).toBe(true);
    it.tell();
    expect(told(it)).toEqual([1, 1, 0]);
  });

  test('one that another process wrote down late is told in the next comment', () => {
    const it = aTicketedCase();
    it.refuse();
    it.tell();
    it.refuse();
    it.wait(10_000);
    const due = ticketDue(it.now());
    // By a clock that is behind, this still belongs to those that are just being told.
    it.wait(-5_000);
    it.refuse();
    const seen = due?.act === 'comment' ? due : null;
    expect(ticketDue(it.now())).toMatchObject({ fromSeq: seen?.fromSeq, uptoSeq: (seen?.uptoSeq ?? 0) + 1 });
  });
});

test('whatever comes in whatever order, each stage is told once and each refusal at most once, in the order of the log', () => {
  const step = fc.oneof(
    fc.record({ does: fc.constant('refuse' as const), ms: fc.integer({ min: 0, max: 200_000 }) }),
    fc.record({ does: fc.constant('stage' as const), ms: fc.integer({ min: 0, max: 200_000 }) }),
    fc.record({ does: fc.constant('tell' as const), ms: fc.integer({ min: 0, max: 200_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const it = aTicketedCase();
      for (const { does, ms } of steps) {
        it.wait(ms);
        it[does]();
      }
      it.wait(100_000_000);
      it.tell();
      expect(ticketDue(it.now())).toBeNull();
      const ranges = it.comments.flatMap(({ fromSeq, uptoSeq }) => [fromSeq, uptoSeq]);
      expect(ranges).toEqual(ranges.toSorted((a, b) => a - b));
      const stages = it.entries.filter(({ body }) => body.kind === 'voided').map(({ seq }) => seq);
      expect(it.comments.filter(({ uptoSeq }) => stages.includes(uptoSeq))).toHaveLength(stages.length);
      const refused = it.entries.filter(({ body }) => body.kind === 'refused').length;
      const counted = told(it).reduce((sum, one) => sum + one, 0);
      const isBounded = it.comments.length - stages.length <= REFUSAL_COMMENTS_MAX;
      expect(isBounded).toBe(true);
      if (!it.comments.some(({ last }) => last)) expect(counted).toBe(refused);
    }),
    { numRuns: 150 },
  );
});

describe('the ticket itself', () => {
  test('tells the case up to its first decision, so that what came while it was being opened is not lost', () => {
    const it = aCase({ wrong: { contradictions: 2 } }).decided();
    const due = ticketDue(it.now);
    it.approved();
    expect(ticketDue(it.now)).toEqual(due);
    it.add({ kind: 'ticket_opened', key: 'T-1', url: 'http://127.0.0.1/t', shows_seq: due?.act === 'open' ? due.uptoSeq : 0 });
    expect(ticketDue(it.now)).toMatchObject({ act: 'comment', fromSeq: it.now.seq - 1, uptoSeq: it.now.seq - 1 });
  });

  test('waits a moment for the card that it is to link to, and no longer', () => {
    const carded = aCase().opened().posted().planned().stressed().gated();
    expect(ticketDue(carded.now)).toMatchObject({ act: 'open', atMs: 0 });
    const bare = aCase().opened().planned().stressed().gated();
    expect(ticketDue(bare.now)).toMatchObject({ act: 'open', atMs: bare.atMs + 10_000 });
  });

  test('is opened for a case that stopped before there was anything to decide', () => {
    const stopped = aCase().opened().posted().add({ kind: 'failed', step: 'plan', problem: 'the store is gone' });
    expect(ticketDue(stopped.now)).toMatchObject({ act: 'open', uptoSeq: stopped.now.seq });
  });

  test('of an older record, which does not say what its text told, tells what came behind its opening', () => {
    const it = aCase().decided().approved().add({ kind: 'ticket_opened', key: 'T-1', url: 'http://127.0.0.1/t' }).started();
    expect(ticketDue(it.now)).toMatchObject({ act: 'comment', fromSeq: it.now.seq, uptoSeq: it.now.seq });
  });

  test('is told nothing once it is closed', () => {
    const it = aCase().decided().add({ kind: 'ticket_opened', key: 'T-1', url: 'http://127.0.0.1/t' });
    it.add({ kind: 'ticket_closed', key: 'T-1' }).by('held');
    expect([ticketDue(it.now), it.now.untold]).toEqual([null, []]);
  });
});
