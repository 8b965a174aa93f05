import type { EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Chat, Clock } from '../../pipeline/ports.ts';
import type { Note, ShowDue } from '../../pipeline/showing.ts';
import { showDue } from '../../pipeline/showing.ts';
import type { StepResult } from '../../pipeline/steps/step.ts';
import { moved } from '../../pipeline/steps/step.ts';
import type { Lane } from '../worker/lane.ts';
import { cardOf, createPoster } from './poster.ts';
import type { Rendering } from './rendering.ts';
import type { Tenure } from './tenure.ts';

type Parts = {
  cases: Cases;
  chat: Chat;
  clock: Clock;
  render: Rendering;
  tenure: Pick<Tenure, 'isSole' | 'begin'>;
  /** Progress is shown at most this often, in milliseconds. */
  intervalMs: number;
  defaultChannel: string;
};

/** Times kept for pacing; a forgotten one only means that a card may be updated at once. */
const KEPT_MAX = 2_000;

/** Puts into Slack what the log says and Slack does not show yet: cards, their updates, their threads. */
export function createShowLane({ cases, chat, clock, render, tenure, intervalMs, defaultChannel }: Parts): Lane {
  const lastShownMs = new Map<string, number>();
  const { style, post, change } = createPoster({ chat, render, defaultChannel, tenure });

  const written = async (state: CaseState, body: EntryBody, isWanted = (_now: CaseState) => true): Promise<StepResult> => {
    lastShownMs.delete(state.caseId);
    lastShownMs.set(state.caseId, clock.now());
    forgetOldest(lastShownMs, KEPT_MAX);
    const done = await cases.change(state.caseId, (now) => ({ append: isWanted(now) ? body : null, answer: null }));
    return moved(done?.state ?? null);
  };

  const postCard = async (state: CaseState, revision: number): Promise<StepResult> => {
    const message = await render.card(state, revision, style);
    const { channel, ts } = await post({ state, revision, key: 'card', threadTs: null }, message);
    // A process that was away for a while may have been overtaken: the card that is recorded stays the only one.
    const body = { kind: 'card_posted' as const, revision, channel, ts, shows_seq: state.seq };
    return written(state, body, (now) => now.cards[revision] === undefined);
  };

  const updateCard = async (state: CaseState, revision: number, decision: boolean): Promise<StepResult> => {
    await change(state, revision);
    if (!decision) return written(state, { kind: 'card_updated', revision, shows_seq: state.seq });
    // The first message of the thread has Slack's own time: only replies after it can be about this decision.
    let threadTs: string | null = null;
    for (const [index, message] of (await render.details(state, revision, style)).entries()) {
      const posted = await post({ state, revision, key: `details:${index}`, threadTs: cardOf(state, revision).ts }, message);
      threadTs ??= posted.ts;
    }
    const digest = state.revisions.find((one) => one.revision === revision)?.gated?.digest;
    if (threadTs === null || digest === undefined)
      throw new GovernorError('nothing_shown', `case ${state.caseId} has no decision to show`);
    const body = { kind: 'decision_shown' as const, revision, digest, thread_ts: threadTs, shows_seq: state.seq };
    return written(state, body, (now) => now.cards[revision]?.decisionShown === null);
  };

  const supersede = async (state: CaseState, revision: number): Promise<StepResult> => {
    await change(state, revision);
    return written(state, { kind: 'card_superseded', revision });
  };

  const postNote = async (state: CaseState, revision: number, note: Note): Promise<StepResult> => {
    let ts: string | null = null;
    for (const [index, message] of (await render.note(state, revision, note)).entries()) {
      const posted = await post({ state, revision, key: `${note.key}:${index}`, threadTs: cardOf(state, revision).ts }, message);
      ts ??= posted.ts;
    }
    if (ts === null) throw new GovernorError('nothing_to_tell', `entry ${note.seq} of case ${state.caseId} has no note`);
    return written(state, { kind: 'thread_posted', revision, key: note.key, ts });
  };

  const show = (state: CaseState, due: ShowDue): Promise<StepResult> => {
    if (due.act === 'post_card') return postCard(state, due.revision);
    if (due.act === 'update_card') return updateCard(state, due.revision, due.decision);
    if (due.act === 'supersede_card') return supersede(state, due.revision);
    return postNote(state, due.revision, due.note);
  };

  return {
    name: 'show',
    due(state) {
      const due = showDue(state);
      if (due === null) return null;
      const paced = due.act === 'update_card';
      return { atMs: paced ? (lastShownMs.get(state.caseId) ?? 0) + intervalMs : 0, waits: false };
    },
    run(state) {
      const due = showDue(state);
      return due === null ? Promise.resolve(moved(null)) : show(state, due);
    },
  };
}
