import { whoMay } from '../pipeline/authority.ts';
import type { CaseState } from '../pipeline/case-state.ts';
import { currentCard } from '../pipeline/case-state.ts';
import type { ShownFacts } from '../pipeline/shown.ts';
import { shownNow } from '../pipeline/shown.ts';
import type { CaseLine } from '../views/case-line.ts';
import type { ListenerParts } from './parts.ts';
import { shownFacts } from './parts.ts';

/** A list is read by a person: beyond this many cases it is not. */
const LISTED_MAX = 200;

/** The open cases, newest first. A case that is closed but whose card is still to be posted is not open to anybody. */
export async function openCaseLines(parts: ListenerParts): Promise<CaseLine[]> {
  const facts = await shownFacts(parts);
  const newestFirst = (await parts.log.openCases()).reverse().slice(0, LISTED_MAX);
  const states = await Promise.all(newestFirst.map((caseId) => parts.cases.load(caseId)));
  return states
    .filter((state) => state !== undefined && !DONE.has(state.status))
    .map((state) => caseLineOf(parts, facts, state as CaseState));
}

const DONE: ReadonlySet<CaseState['status']> = new Set(['resolved', 'rejected', 'expired', 'failed']);

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
