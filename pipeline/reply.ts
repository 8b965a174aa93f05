import type { DecisionKind } from '../contracts/entry-words.ts';
import type { CaseState } from './case-state.ts';
import type { Reply } from './ports.ts';

const TOKENS: Record<string, DecisionKind> = {
  APPROVE: 'approve',
  REJECT: 'reject',
  HOLD: 'hold',
  RELEASE: 'release',
  FORCE_OVERRIDE: 'override',
};

export type Word = { kind: DecisionKind; reason: string | null };

/**
 * The decision a thread reply states, or null where it states none. The whole text after trim must be the token, in any
 * case; only FORCE_OVERRIDE may be followed by a reason. ASCII alone is compared, so look-alike letters state nothing.
 */
export function readWord(text: string): Word | null {
  const trimmed = text.trim();
  const exact = /^[A-Za-z_]{1,20}$/.test(trimmed) ? TOKENS[trimmed.toUpperCase()] : undefined;
  if (exact !== undefined) return { kind: exact, reason: null };
  const override = /^FORCE_OVERRIDE[ \t\n]+(\S[\s\S]*)$/i.exec(trimmed);
  return override?.[1] === undefined ? null : { kind: 'override', reason: override[1].slice(0, 2_000) };
}

/** Only a plain new message of a person can decide: no edit, no bot, no workflow, no broadcast of a reply. */
export const isPlainReply = (reply: Reply): boolean =>
  reply.subtype === null && reply.botId === null && reply.user !== null && !reply.edited;

/** The revision under whose card this thread hangs; null where it is no thread of the case. */
export function revisionOfThread(state: CaseState, channel: string, threadTs: string): number | null {
  for (const [number, card] of Object.entries(state.cards))
    if (card.channel === channel && card.ts === threadTs) return Number(number);
  return null;
}

/** Slack's message times as numbers that compare: seconds and a six-digit counter. */
export function compareTs(a: string, b: string): number {
  const [aSeconds = '0', aPart = '0'] = a.split('.');
  const [bSeconds = '0', bPart = '0'] = b.split('.');
  return Number(aSeconds) - Number(bSeconds) || Number(aPart.padEnd(6, '0')) - Number(bPart.padEnd(6, '0'));
}

/** A reply counts only where Slack had confirmed the card with the decision before it was written; both times are Slack's. */
export function isAfterDecision(state: CaseState, revision: number, ts: string): boolean {
  const shown = state.cards[revision]?.decisionShown;
  return shown ? compareTs(ts, shown.threadTs) > 0 : false;
}

export const replyKey = (channel: string, ts: string): string => `message:${channel}:${ts}`;
