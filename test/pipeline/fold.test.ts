import { describe, expect, test } from 'vitest';
import { seal } from '../../pipeline/chain.ts';
import { advance, fold } from '../../pipeline/fold.ts';
import { isOpen, showDue } from '../../pipeline/showing.ts';
import { ticketDue } from '../../pipeline/ticketing.ts';
import { aCase } from '../fixtures/a-case.ts';

test('the same entries give the same state, at once or one after the other', () => {
  const told = aCase({ wrong: { contradictions: 2 } })
    .decided()
    .approved()
    .started()
    .recorded('done')
    .verified('recovered');
  expect(fold(told.entries)).toEqual(told.now);
  const half = fold(told.entries.slice(0, 5));
  expect(fold(told.entries.slice(5), half)).toEqual(told.now);
});

describe('a log with a hole is never folded into a state', () => {
  const told = aCase().decided();
  test.each([
    ['a missing entry', [...told.entries.slice(0, 2), ...told.entries.slice(3)]],
    ['two entries changed about', [told.entries[0]!, told.entries[2]!, told.entries[1]!]],
    ['a log that begins in the middle', told.entries.slice(1)],
    [
      'a case opened twice',
      [
        told.entries[0]!,
        seal(
          { case_id: 'case-0001', entry_id: crypto.randomUUID(), at: told.entries[0]!.at, body: told.entries[0]!.body },
          1,
          told.entries[0]!.hash,
        ),
      ],
    ],
    [
      'an entry of a reserved log',
      [
        told.entries[0]!,
        seal(
          {
            case_id: 'case-0001',
            entry_id: crypto.randomUUID(),
            at: told.entries[0]!.at,
            body: { kind: 'lock_taken', case_id: 'case-0001', revision: 1 },
          },
          1,
          told.entries[0]!.hash,
        ),
      ],
    ],
  ])('%s', (_claim, entries) => {
    expect(() => fold(entries)).toThrow(/case-0001 at seq/);
  });
});

test('a new revision starts without the approvals of the one before', () => {
  const told = aCase({ wrong: { contradictions: 2 } })
    .decided()
    .approved()
    .voided()
    .planned({ origin: 'recheck' })
    .stressed()
    .gated();
  expect(told.now.status).toBe('pending_approval');
  expect(told.now.revisions.at(-1)?.approved).toBe(false);
  expect(told.now.revisions[0]?.approvals).toEqual([]);
});

test('a refused attempt changes nothing that a card shows', () => {
  const told = aCase({ wrong: { severity: 'critical' } }).decided();
  const before = told.now;
  told.add({
    kind: 'refused',
    revision: 1,
    by: 'U0VISITOR',
    via: 'button',
    event_key: 'click:1',
    attempted: 'approve',
    refusal: 'not_an_approver',
  });
  expect(told.now.materialSeq).toBe(before.materialSeq);
  expect(showDue(told.now)).toEqual(showDue(before));
});

test('a message that was dealt with is remembered, so that reading it again changes nothing', () => {
  const told = aCase()
    .decided()
    .add({ kind: 'held', revision: 1, by: 'U1', via: 'reply', event_key: 'message:C:1.0', reason: null });
  expect(told.now.handled.has('message:C:1.0')).toBe(true);
  expect(told.now.handled.has('key-1')).toBe(true);
});

describe('what Slack does not show yet is folded from the log', () => {
  test('the card comes first, before there is a plan', () => {
    expect(showDue(aCase().opened().now)).toEqual({ act: 'post_card', revision: 1 });
  });

  test('progress is an update of the same card', () => {
    expect(showDue(aCase().opened().posted().planned().now)).toEqual({ act: 'update_card', revision: 1, decision: false });
  });

  test('the decision is shown as such', () => {
    expect(showDue(aCase().opened().posted().planned().stressed().gated().now)).toEqual({
      act: 'update_card',
      revision: 1,
      decision: true,
    });
  });

  test('a new revision is a new card, and only then the old one is taken back', () => {
    const told = aCase().decided().voided().planned({ origin: 'recheck' });
    expect(showDue(told.now)).toEqual({ act: 'post_card', revision: 2 });
    told.posted();
    expect(showDue(told.now)).toEqual({ act: 'supersede_card', revision: 1 });
  });

  test('a picture in the thread is put onto the card too, and is news for nobody else', () => {
    const told = aCase().decided().started().recorded('done').verified('not_recovered');
    told.add({ kind: 'card_updated', revision: 1, shows_seq: told.now.seq });
    const { materialSeq } = told.now;
    told.add({ kind: 'thread_posted', revision: 1, key: 'picture:1', ts: '1700000200.000100', picture: 'F0PICTURE' });
    expect(showDue(told.now)).toEqual({ act: 'update_card', revision: 1, decision: false });
    expect(told.now.materialSeq).toBe(materialSeq);
    told.add({ kind: 'card_updated', revision: 1, shows_seq: told.now.seq });
    expect(showDue(told.now)).not.toMatchObject({ act: 'update_card' });
  });

  test('nothing is due once everything is shown', () => {
    expect(showDue(aCase().decided().now)).toBeNull();
  });

  test('a case that is over stays open until its card and its ticket say so', () => {
    const told = aCase().decided().by('rejected');
    expect(isOpen(told.now, true)).toBe(true);
    told
      .add({ kind: 'card_updated', revision: 1, shows_seq: told.now.seq })
      .add({ kind: 'thread_posted', revision: 1, key: 'note:6', ts: '1700000300.000100' });
    expect(isOpen(told.now, true)).toBe(true);
    expect(ticketDue(told.now)).toMatchObject({ act: 'open' });
    told.add({ kind: 'ticket_opened', key: 'SIM-1', url: 'http://127.0.0.1/tickets/SIM-1' });
    told.add({ kind: 'card_updated', revision: 1, shows_seq: told.now.seq });
    expect(isOpen(told.now, true)).toBe(false);
  });
});

describe('the ticket', () => {
  const ticketed = () => aCase().decided().add({ kind: 'ticket_opened', key: 'SIM-1', url: 'http://127.0.0.1/t' });

  test('is opened at the first decision, not before', () => {
    expect(ticketDue(aCase().opened().planned().stressed().now)).toBeNull();
    expect(ticketDue(aCase().decided().now)).toMatchObject({ act: 'open' });
  });

  test('closes only after recovery', () => {
    const runs = () => ticketed().started().recorded('done');
    const closes = (told: ReturnType<typeof aCase>) => {
      for (let round = 0; round < 10; round += 1) {
        const due = ticketDue(told.now);
        if (due?.act === 'close') return true;
        if (due?.act !== 'comment') return false;
        told.add({ kind: 'ticket_commented', key: 'SIM-1', comment_id: `c${round}`, shows_seq: due.uptoSeq });
      }
      return false;
    };
    for (const result of ['not_recovered', 'worse', 'no_data'] as const) expect(closes(runs().verified(result))).toBe(false);
    expect(closes(ticketed().by('rejected'))).toBe(false);
    expect(closes(ticketed().add({ kind: 'expired', revision: 1 }))).toBe(false);
    expect(closes(runs().verified('recovered').add({ kind: 'learning_skipped', revision: 1, problem: 'no text' }))).toBe(true);
  });
});

test('advance never changes the state it was given', () => {
  const told = aCase().decided();
  const before = structuredClone({ ...told.now, handled: [...told.now.handled] });
  advance(
    told.now,
    seal(
      {
        case_id: 'case-0001',
        entry_id: crypto.randomUUID(),
        at: '2026-11-22T11:00:00.000Z',
        body: { kind: 'expired', revision: 1 },
      },
      told.now.seq + 1,
      told.now.hash,
    ),
  );
  expect({ ...told.now, handled: [...told.now.handled] }).toEqual(before);
});
