import { INVESTIGATE } from '../../contracts/catalogue.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { KeyClaim, Plan } from '../../contracts/plan.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Resolution } from '../../pipeline/ports.ts';

const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 8_000;
const CLAIM_CHARS_MAX = 400;

/** The text of a runbook written from the facts of a recovered case, with no word that is not in them. */
export function runbookText(
  { incident, plan, detail, documents }: Resolution,
  catalogue: Catalogue,
): { title: string; body: string } {
  const name = actionName(plan, catalogue);
  const claims: readonly KeyClaim[] = plan.key_claims;
  const sections = [
    `What was seen: ${[incident.summary, ...incident.symptoms].join('; ')}`,
    `What helped: ${name}${parametersText(plan)}`,
    claims.length === 0
      ? ''
      : `Why it was expected to help:\n${claims.map(({ claim }) => `- ${claim.slice(0, CLAIM_CHARS_MAX)}`).join('\n')}`,
    detail === '' ? '' : `How recovery showed: ${detail}`,
    documents.length === 0 ? '' : `Documents weighed: ${documents.map(({ id }) => id).join(', ')}`,
  ];
  const title = `${incident.summary.split('\n', 1)[0]}: ${name}`.slice(0, TITLE_CHARS_MAX);
  return {
    title,
    body: sections
      .filter((section) => section !== '')
      .join('\n\n')
      .slice(0, BODY_CHARS_MAX),
  };
}

const actionName = (plan: Plan, catalogue: Catalogue): string =>
  catalogue.byName.get(plan.proposed_action)?.title ?? plan.proposed_action;

function parametersText({ parameters }: Plan): string {
  const said = Object.entries(parameters).map(([key, value]) => `${key} ${String(value)}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** Why an attempt was refused, in one plain sentence about the plan; `refusal` is the governor's own word for it. */
export function refusalSentence(
  { incident, plan, refusal }: { incident: Incident; plan: Plan; refusal: string },
  catalogue: Catalogue,
): string {
  const what = plan.proposed_action === INVESTIGATE ? 'no action was proposed' : `the plan is ${actionName(plan, catalogue)}`;
  return `For ${incident.service} at ${incident.severity} severity ${what}, and the attempt was refused: ${refusal.replaceAll('_', ' ')}.`;
}
