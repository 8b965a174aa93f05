import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Clock, Library, Planner, PlannerAnswer, PlanRequest } from '../../pipeline/ports.ts';
import { abortable } from './abortable.ts';
import { rankRunbooks } from './choose-runbook.ts';
import { nothingFits, planFrom, remedyClaim } from './playbook-plan.ts';
import { evidenceThatSpeaks, nearestFirst, subjectWords, textsOf } from './playbook-search.ts';
import { stressByDocuments } from './playbook-stress.ts';
import { refusalSentence, runbookText } from './playbook-words.ts';

export const PLAYBOOK = 'playbook';

type Parts = { library: Library; catalogue: Catalogue; clock: Clock };

/** Enough that a service's own runbook is among them even where many for all services rank before it. */
const RUNBOOKS_LOOKED_AT = 50;
const NEAREST_NAMED = 3;

/**
 * The planner without a model: the best accepted runbook that fits, its action, and claims from the documents that
 * speak for it. The same library gives the same plan. Where nothing fits it proposes nothing.
 */
export function createPlaybook({ library, catalogue, clock }: Parts): Planner {
  const planOf = async ({ incident, remarks }: PlanRequest) => {
    const text = textsOf(incident, remarks);
    const subject = subjectWords(text);
    const found = await library.searchRunbooks(text, incident.service, RUNBOOKS_LOOKED_AT);
    const ranked = rankRunbooks(found, subject, catalogue, incident.service);
    const nearest = found.map(({ document }) => document).filter(({ status }) => status !== 'learned');
    const looked = { ranked, nearest: nearest.slice(0, NEAREST_NAMED) };
    const choice = ranked.accepted[0] ?? ranked.learned[0];
    if (choice === undefined) return nothingFits(incident, looked);
    const claim = remedyClaim(choice, incident.service);
    const { service } = incident;
    const speaking = await evidenceThatSpeaks(library, { service, stance: 'support', claims: [claim], action: choice.action });
    const evidence = nearestFirst(speaking(claim), subject);
    return planFrom(incident, choice, evidence, looked);
  };

  return {
    name: PLAYBOOK,
    plan: (request, signal) => abortable(signal, async () => said(JSON.stringify(await planOf(request)))),
    stress: ({ incident }, plan, signal) =>
      abortable(signal, async () =>
        said(JSON.stringify(await stressByDocuments({ incident, plan, library, catalogue, nowMs: clock.now() }))),
      ),
    summarise: (resolution, signal) => abortable(signal, async () => said(JSON.stringify(runbookText(resolution, catalogue)))),
    explain: (request, signal) => abortable(signal, async () => said(refusalSentence(request, catalogue))),
  };
}

const said = (text: string): PlannerAnswer => ({
  text,
  planner: PLAYBOOK,
  fallback_from: null,
  usage: null,
  retrieved_ids: null,
});
