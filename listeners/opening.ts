import { holdsRight, isOwnPerson } from '../pipeline/authority.ts';
import type { OpenOutcome, OpenRequest } from '../pipeline/intake.ts';
import type { Message } from '../views/blocks.ts';
import { unknownService } from '../views/open-anyway.ts';
import { openedText, serviceMalformed, steeringText, summaryMissing } from './answers.ts';
import type { ListenerParts } from './parts.ts';

type Stranger = { ok: false; refusal: 'not_a_person' | 'not_this_team' };
export type Opened = OpenOutcome | Stranger | { ok: false; refusal: 'not_an_approver' };

/** Opens a case for a person of this team: one rule for the command, the form, the mention and the shortcut. */
export async function openFor({ intake, people }: ListenerParts, request: Omit<OpenRequest, 'anyway'>): Promise<Opened> {
  const stranger = isOwnPerson(await people.person(request.openedBy), people.ownTeam());
  return stranger === null ? intake.open({ ...request, anyway: false }) : { ok: false, refusal: stranger };
}

/** The same for a service that nothing names yet: only approvers may. */
export async function openAnywayFor(
  { intake, people, config }: ListenerParts,
  request: Omit<OpenRequest, 'anyway'>,
): Promise<Opened> {
  const [person, groups] = await Promise.all([people.person(request.openedBy), people.groups()]);
  const stranger = isOwnPerson(person, people.ownTeam());
  if (stranger !== null) return { ok: false, refusal: stranger };
  if (!holdsRight(config.approvers, request.openedBy, groups)) return { ok: false, refusal: 'not_an_approver' };
  return intake.open({ ...request, anyway: true });
}

/** What the one who asked reads. The card in the channel is for everybody else. */
export function openedMessage(outcome: Opened, request: Pick<OpenRequest, 'severity' | 'intakeKey'>): Message {
  if (outcome.ok) return { text: openedText(outcome.state, outcome.fresh), blocks: [] };
  if (outcome.refusal !== 'unknown_service') return { text: refusedText(outcome.refusal), blocks: [] };
  const { service, summary, known } = outcome;
  return unknownService({ service, severity: request.severity, summary, intake_key: request.intakeKey }, known);
}

function refusedText(refusal: Exclude<Extract<Opened, { ok: false }>['refusal'], 'unknown_service'>): string {
  if (refusal === 'summary_missing') return summaryMissing;
  return refusal === 'service_malformed' ? serviceMalformed : steeringText(refusal);
}
