import { whoMay } from '../pipeline/authority.ts';
import type { CaseState } from '../pipeline/case-state.ts';
import { currentCard, isClosed } from '../pipeline/case-state.ts';
import type { ShownFacts } from '../pipeline/shown.ts';
import { shownNow } from '../pipeline/shown.ts';
import type { CaseLine } from '../views/case-line.ts';
import type { ListenerParts } from './parts.ts';
import { shownFacts } from './parts.ts';

/** Cases read side by side: a store on the network must not get a thousand questions at once. */
const AT_ONCE = 50;

/** The open cases, newest first. A closed case whose card is still to be posted is open to nobody but the log. */
export async function openCaseLines(parts: ListenerParts): Promise<CaseLine[]> {
  const facts = await shownFacts(parts);
  const newestFirst = (await parts.log.openCases()).reverse();
  const lines: CaseLine[] = [];
  for (let at = 0; at < newestFirst.length; at += AT_ONCE) {
    const states = await Promise.all(newestFirst.slice(at, at + AT_ONCE).map((caseId) => parts.cases.load(caseId)));
    const open = states.filter((state) => state !== undefined).filter((state) => !isClosed(state));
    lines.push(...open.map((state) => caseLineOf(parts, facts, state)));
  }
  return lines;
}

function caseLineOf({ links }: ListenerParts, facts: ShownFacts, state: CaseState): CaseLine {
  const { incident, caseId, status, openedAt } = state;
  const shown = shownNow(state, facts);
  const card = currentCard(state);
  const releasers = state.held ? whoMay(facts.rules, 'release', facts.groups, incident) : null;
  return {
    case_id: caseId,
    service: incident.service,
    severity: incident.severity,
    status,
    action: shown.action?.title ?? null,
    opened_at: openedAt,
    who_must_act: releasers ?? shown.who_may_decide,
    link: card === undefined ? null : links.cardUrl(card.channel, card.ts),
  };
}
