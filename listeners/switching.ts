import type { Refusal } from '../contracts/entry-words.ts';
import type { Surface } from '../contracts/words.ts';
import { holdsRight, isOwnPerson } from '../pipeline/authority.ts';
import type { CaseState } from '../pipeline/case-state.ts';
import { REASON_CHARS_MAX } from '../pipeline/intake/command.ts';
import { keptText } from '../pipeline/intake/incident-text.ts';
import { pausedText, resumedText, steeringText } from './answers.ts';
import type { ListenerParts } from './parts.ts';

export type Switching = { by: string; via: Surface; reason: string | null };

const reasonOf = ({ redact }: Pick<ListenerParts, 'redact'>, { reason }: Switching): string | null =>
  reason === null ? null : keptText(reason, redact).slice(0, REASON_CHARS_MAX) || null;

/** Whether this person may throw the switch; resuming lets things run again, so it takes more than stopping them. */
async function mayNot(
  { people, config }: Pick<ListenerParts, 'people' | 'config'>,
  by: string,
  right?: 'override',
): Promise<'not_a_person' | 'not_this_team' | 'not_an_approver' | null> {
  const [person, groups] = await Promise.all([people.person(by), people.groups()]);
  const stranger = isOwnPerson(person, people.ownTeam());
  if (stranger !== null) return stranger;
  return holdsRight(config.approvers, by, groups, right) ? null : 'not_an_approver';
}

/**
 * Stops every dispatch. Invariant: the switch is written before it is read what has started, while a dispatch writes that
 * it starts before it reads the switch, so one of the two always sees the other.
 */
export async function pauseAll(parts: ListenerParts, wish: Switching): Promise<string> {
  const refusal = await mayNot(parts, wish.by);
  if (refusal !== null) return steeringText(refusal);
  await parts.pause.write({ kind: 'paused', by: wish.by, via: wish.via, reason: reasonOf(parts, wish) });
  return pausedText(await underWay(parts));
}

export type Resumed = { ok: boolean; refusal: Refusal | null; text: string };
type ResumeParts = Pick<ListenerParts, 'people' | 'config' | 'pause' | 'redact'>;

export async function resumeAll(parts: ResumeParts, wish: Switching): Promise<Resumed> {
  const refusal = await mayNot(parts, wish.by, 'override');
  if (refusal !== null) return { ok: false, refusal, text: steeringText(refusal) };
  await parts.pause.write({ kind: 'resumed', by: wish.by, via: wish.via, reason: reasonOf(parts, wish) });
  return { ok: true, refusal: null, text: resumedText(wish.by) };
}

/** Cases whose action has begun, or may have. */
async function underWay({ log, cases }: ListenerParts): Promise<CaseState[]> {
  const acting: CaseState[] = [];
  for (const caseId of await log.openCases()) {
    const state = await cases.load(caseId);
    if (state?.status === 'executing' || state?.status === 'outcome_unknown') acting.push(state);
  }
  return acting;
}
