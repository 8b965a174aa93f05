import type { EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Chat, Clock } from '../../pipeline/ports.ts';
import type { Note, ShowDue } from '../../pipeline/showing.ts';
import { showDue } from '../../pipeline/showing.ts';
import type { StepResult } from '../../pipeline/steps/step.ts';
import { moved } from '../../pipeline/steps/step.ts';
import type { Log } from '../log.ts';
import { backoffMs, retryAfterOf } from '../worker/backoff.ts';
import type { Lane } from '../worker/lane.ts';
import { cardOf, createPoster, type Posted } from './poster.ts';
import type { Message, Rendering } from './rendering.ts';
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
  logger: Pick<Log, 'warn'>;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
};

const TAKE_BACKS_MAX = 5;

/** Times kept for pacing; a forgotten one only means that a card may be updated at once. */
const KEPT_MAX = 2_000;

/** Puts into Slack what the log says and Slack does not show yet: cards, their updates, their threads. */
export function createShowLane(parts: Parts): Lane {
  const { cases, chat, clock, render, tenure, intervalMs, defaultChannel, logger, wait } = parts;
  const lastShownMs = new Map<string, number>();
  const { style, post, change } = createPoster({ chat, render, defaultChannel, tenure });

  const written = async (state: CaseState, body: EntryBody, isWanted = (_now: CaseState) => true): Promise<StepResult> => {
    lastShownMs.delete(state.caseId);
    lastShownMs.set(state.caseId, clock.now());
    forgetOldest(lastShownMs, KEPT_MAX);
    const done = await cases.change(state.caseId, (now) => ({ append: isWanted(now) ? body : null, answer: null }));
    return moved(done?.state ?? null);
  };

  /**
   * The post that is recorded stays the only one. A process that was away between posting and recording may have been
   * overtaken: then its own post goes, also where it was the earlier one. Of several messages the first one is asked for.
   */
  const writtenOnce = async (
    state: CaseState,
    body: EntryBody,
    mine: Posted,
    recordedTs: (now: CaseState) => string | undefined,
  ): Promise<StepResult> => {
    const result = await written(state, body, (now) => recordedTs(now) === undefined);
    const kept = result.state === null ? undefined : recordedTs(result.state);
    // It is recorded by now, so nothing would lead here again: taking back goes on by itself, and nobody waits for it.
    if (kept !== undefined && kept !== mine.ts) void takeBack(state.caseId, mine);
    return result;
  };

  const takeBack = async (caseId: string, post: Posted): Promise<void> => {
    for (let faults = 1; faults <= TAKE_BACKS_MAX; faults += 1) {
      try {
        return await chat.takeBack(post);
      } catch (fault) {
        const waitMs = retryAfterOf(fault) ?? backoffMs(faults);
        logger.warn('a post beside the recorded one could not be taken back', { case_id: caseId, problem: problemOf(fault) });
        await wait(waitMs);
      }
    }
  };

  const postCard = async (state: CaseState, revision: number): Promise<StepResult> => {
    const message = await render.card(state, revision, style);
    const mine = await post({ state, revision, key: 'card', threadTs: null }, message);
    const body = { kind: 'card_posted' as const, revision, ...mine, shows_seq: state.seq };
    return writtenOnce(state, body, mine, (now) => now.cards[revision]?.ts);
  };

  /** Into the thread of the card, in order; the first of them. */
  const postAll = async (state: CaseState, revision: number, key: string, messages: Message[]): Promise<Posted | null> => {
    const { ts: threadTs } = cardOf(state, revision);
    let first: Posted | null = null;
    for (const [index, message] of messages.entries()) {
      const posted = await post({ state, revision, key: `${key}:${index}`, threadTs }, message);
      first ??= posted;
    }
    return first;
  };

  const updateCard = async (state: CaseState, revision: number, decision: boolean): Promise<StepResult> => {
    await change(state, revision);
    if (!decision) return written(state, { kind: 'card_updated', revision, shows_seq: state.seq });
    // The first message of the thread has Slack's own time: only replies after it can be about this decision.
    const first = await postAll(state, revision, 'details', await render.details(state, revision, style));
    const digest = state.revisions.find((one) => one.revision === revision)?.gated?.digest;
    if (first === null || digest === undefined)
      throw new GovernorError('nothing_shown', `case ${state.caseId} has no decision to show`);
    const body = { kind: 'decision_shown' as const, revision, digest, thread_ts: first.ts, shows_seq: state.seq };
    return writtenOnce(state, body, first, (now) => now.cards[revision]?.decisionShown?.threadTs);
  };

  const supersede = async (state: CaseState, revision: number): Promise<StepResult> => {
    await change(state, revision);
    return written(state, { kind: 'card_superseded', revision });
  };

  const postNote = async (state: CaseState, revision: number, note: Note): Promise<StepResult> => {
    const first = await postAll(state, revision, note.key, await render.note(state, revision, note));
    if (first === null) throw new GovernorError('nothing_to_tell', `entry ${note.seq} of case ${state.caseId} has no note`);
    const body = { kind: 'thread_posted' as const, revision, key: note.key, ts: first.ts };
    return writtenOnce(state, body, first, (now) => now.cards[revision]?.threadPosts[note.key]);
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
