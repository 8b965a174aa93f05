import { randomUUID } from 'node:crypto';
import type { ToolCall } from '../../contracts/tool-call.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentNumber } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { Chat } from '../../pipeline/ports.ts';
import { toolCallsNote } from '../../views/tool-calls.ts';
import type { Log } from '../log.ts';

/** Calls of one case that come within this time are told in one message: Slack takes about one a second in a channel. */
const GATHER_MS = 1_500;
/** How often a case without a card is looked at again before its calls are left to tool_trace.jsonl alone. */
const TRIES_MAX = 20;

type Parts = { cases: Pick<Cases, 'load'>; chat: Chat; logger: Log };
type Waiting = { calls: ToolCall[]; tries: number; timer: NodeJS.Timeout };

export type ToolNotes = {
  /** Tells the case's thread, a little later and together with what follows soon. */
  tell(call: ToolCall & { case_id: string }): void;
  /** Forgets what is not told yet; all of it is in the trace. */
  stop(): void;
};

/**
 * The tool calls of agents, in the thread of the case they named. A convenience for readers and no record: what is
 * lost with the process stands in tool_trace.jsonl.
 */
export function createToolNotes({ cases, chat, logger }: Parts): ToolNotes {
  const waiting = new Map<string, Waiting>();

  const later = (caseId: string, calls: ToolCall[], tries: number): void => {
    const timer = setTimeout(() => void tellNow(caseId), GATHER_MS);
    timer.unref();
    waiting.set(caseId, { calls, tries, timer });
  };

  async function tellNow(caseId: string): Promise<void> {
    const due = waiting.get(caseId);
    if (due === undefined) return;
    waiting.delete(caseId);
    try {
      const state = await cases.load(caseId);
      const isTold = state === undefined || (await post(chat, state, due.calls));
      if (!isTold && due.tries < TRIES_MAX) later(caseId, [...due.calls, ...(waiting.get(caseId)?.calls ?? [])], due.tries + 1);
    } catch (fault) {
      logger.warn('tool calls could not be told in a thread', { case_id: caseId, problem: problemOf(fault) });
    }
  }

  return {
    tell(call) {
      const known = waiting.get(call.case_id);
      if (known === undefined) later(call.case_id, [call], 0);
      else known.calls.push(call);
    },
    stop() {
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}

/** False while there is no card to tell it under. */
async function post(chat: Chat, state: CaseState, calls: readonly ToolCall[]): Promise<boolean> {
  const card = currentCard(state);
  if (card === undefined) return false;
  const name = `tools-${randomUUID().slice(0, 8)}`;
  await chat.post({
    channel: card.channel,
    threadTs: card.ts,
    ...toolCallsNote(calls, name),
    caseId: state.caseId,
    revision: currentNumber(state),
    key: name,
    lookFirst: false,
    sinceMs: Date.parse(state.openedAt),
  });
  return true;
}
