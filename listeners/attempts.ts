import type { DecisionKind, Refusal } from '../contracts/entry-words.ts';
import type { Attempt } from '../pipeline/attempt.ts';
import type { GroupMembers } from '../pipeline/authority.ts';
import { whoMay } from '../pipeline/authority.ts';
import type { CaseState } from '../pipeline/case-state.ts';
import { currentRevision } from '../pipeline/case-state.ts';
import type { DecisionOutcome } from '../pipeline/decisions.ts';
import { REASON_CHARS_MAX } from '../pipeline/intake/command.ts';
import { keptText } from '../pipeline/intake/incident-text.ts';
import { plainSlackText } from '../pipeline/intake/slack-text.ts';
import { assessWho } from '../pipeline/who.ts';
import { refusalText } from '../views/refusal.ts';
import { decidedText } from './answers.ts';
import type { ListenerParts } from './parts.ts';

/** An attempt whose reason is fit to be kept: readable, bounded, and without secrets. */
export function attemptOf({ redact }: Pick<ListenerParts, 'redact'>, stated: Attempt): Attempt {
  const reason = stated.reason === null ? '' : keptText(stated.reason, redact).slice(0, REASON_CHARS_MAX);
  return { ...stated, reason: reason === '' ? null : reason };
}

/** A reason as Slack's wire carries it in a message. */
export const wireReason = (reason: string | null): string | null => (reason === null ? null : plainSlackText(reason));

export type Told = { ok: boolean; text: string };

/** Records the attempt and says in a sentence what came of it. The one way by which any surface decides. */
export async function decide(parts: ListenerParts, attempt: Attempt): Promise<Told> {
  const outcome: DecisionOutcome = await parts.decisions.record(attempt);
  if (outcome.ok) return { ok: true, text: decidedText(attempt.kind, outcome.state) };
  return { ok: false, text: await refusalAnswer(parts, attempt, outcome.refusal, outcome.state) };
}

/** Whom to turn to: those who may give the consent that was missing, less those who asked for it themselves. */
function whoMayInstead(
  config: ListenerParts['config'],
  kind: DecisionKind,
  refusal: Refusal,
  state: CaseState,
  groups: GroupMembers,
): readonly string[] {
  if (kind === 'reject' || kind === 'hold') return whoMay(config.approvers, 'approve', groups, state.incident);
  return assessWho(state, config.approvers, groups).kinds[refusal === 'needs_override' ? 'override' : kind].people;
}

export async function refusalAnswer(
  { people, config }: Pick<ListenerParts, 'people' | 'config'>,
  { kind, caseId }: Pick<Attempt, 'kind' | 'caseId'>,
  refusal: Refusal,
  state: CaseState | null,
): Promise<string> {
  const askable = state === null ? [] : whoMayInstead(config, kind, refusal, state, await people.groups());
  return refusalText(refusal, {
    case_id: caseId,
    attempted: kind,
    who_may_decide: askable,
    reasons: (state === null ? undefined : currentRevision(state))?.gated?.gate.reasons ?? [],
    last_act: state?.lastAct ?? null,
  });
}
