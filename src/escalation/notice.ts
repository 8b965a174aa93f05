import type { EscalationNotice } from '../../contracts/escalation.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import type { EscalationDue } from '../../pipeline/escalation.ts';
import { stageLine } from './stage-line.ts';

export type NoticeFacts = {
  /** Where a card is read; null where the workspace's address is not known. */
  cardUrl: (channel: string, ts: string) => string | null;
  simulated: boolean;
  /** Takes secrets out of a text. */
  hide: (text: string) => string;
};

const SUMMARY_CHARS = 500;
const DETAIL_CHARS = 1_000;

/** What people outside of the thread are told: enough to know whether to get up, and where to look. */
export function noticeOf(state: CaseState, due: EscalationDue, { cardUrl, simulated, hide }: NoticeFacts): EscalationNotice {
  const { service, severity, summary } = state.incident;
  const now = currentRevision(state);
  const card = currentCard(state);
  return {
    version: 1,
    key: `${state.caseId}:${due.key}`,
    case_id: state.caseId,
    reason: due.reason,
    since: new Date(due.sinceMs).toISOString(),
    service,
    severity,
    summary: hide(summary).slice(0, SUMMARY_CHARS),
    revision: due.revision,
    proposed_action: now === undefined ? null : hide(now.planned.plan.proposed_action),
    decision: now?.gated?.gate.decision ?? null,
    rules: now?.gated?.gate.reasons ?? [],
    detail: hide(stageLine(state)).slice(0, DETAIL_CHARS),
    ticket_url: state.ticket?.url ?? null,
    card_url: card === undefined ? null : cardUrl(card.channel, card.ts),
    simulated,
  };
}
