import { LEARNED_CHARS_MAX, type Runbook } from '../contracts/documents.ts';
import type { BodyOf } from '../contracts/entry.ts';
import type { CaseState, LearnedState } from './case-state.ts';
import { readable } from './readable.ts';
import { redact } from './redaction.ts';

export const LEARNED_TITLE_CHARS_MAX = 500;

type Written = Omit<LearnedState, 'kept'>;

/** As a planner wrote it, before anybody has said anything about it. */
export const undecided = (caseId: string, { title, body }: { title: string; body: string }): Written => ({
  runbookId: `learned:${caseId}`,
  title,
  text: body,
  decision: null,
  decidedBy: null,
  failures: 0,
});

/**
 * The runbook that a case teaches. Only its words are somebody's: its service is the incident's, its action is the one
 * that ran, and its status is what people decided. All of it comes from the log, so that what a store holds under its id
 * is never accepted unseen.
 */
export function learnedRunbook({ caseId, incident, execution }: CaseState, written: Written): Runbook {
  const { runbookId, title, text, decision, decidedBy, failures } = written;
  return {
    kind: 'runbook',
    id: runbookId,
    service: incident.service,
    title,
    recommended_action: execution?.actionId ?? '',
    body: text,
    status: decision === null ? 'learned' : STATUS[decision],
    ...(decidedBy === null ? {} : { accepted_by: decidedBy }),
    ...(failures === 0 ? {} : { failures }),
    source: `case ${caseId}`,
    from_case: caseId,
  };
}

const STATUS: Record<BodyOf<'learning_decided'>['decision'], NonNullable<Runbook['status']>> = {
  accepted: 'accepted',
  edited: 'accepted',
  discarded: 'discarded',
};

/**
 * A person's words for it as they may be recorded; where nothing of them is left, the words that the card shows. What is
 * hidden is taken out before secrets are looked for, because it may split one.
 */
export function editedWords(
  { title, body }: { title: string; body: string },
  shown: Pick<LearnedState, 'title' | 'text'>,
): Pick<LearnedState, 'title' | 'text'> {
  return {
    title: within(title, LEARNED_TITLE_CHARS_MAX) || shown.title,
    text: within(body, LEARNED_CHARS_MAX) || shown.text,
  };
}

/** Never half a character. */
const within = (text: string, max: number): string =>
  redact(readable(text))
    .trim()
    .slice(0, max)
    .replace(/[\ud800-\udbff]$/, '');
