import type { EscalationNotice } from '../../contracts/escalation.ts';
import { STANDSTILL } from '../../views/words.ts';

/** One line for systems that show text only. It is plain text: whoever shows it must read no marks into it. */
export function sentenceOf({ case_id, service, severity, reason, summary, card_url, simulated }: EscalationNotice): string {
  const where = card_url === null ? '' : ` ${card_url}`;
  const world = simulated ? '[simulated] ' : '';
  return `${world}Case ${case_id} (${service}, ${severity}) ${STANDSTILL[reason]}: ${summary}${where}`;
}
