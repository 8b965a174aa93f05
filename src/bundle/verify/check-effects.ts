import type { BodyOf, EntryKind } from '../../../contracts/entry.ts';
import { consentNeeded } from '../../../pipeline/attempt.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import { type CaseState, currentRevision, type RevisionState } from '../../../pipeline/case-state.ts';
import { type Finding, fault } from './finding.ts';
import type { EntryCheck } from './subject.ts';

type At = (what: string, detail: string) => Finding;

/** Nothing was started but what was decided, shown and consented to, and nothing twice. */
export const checkStarted: EntryCheck = ({ before, entry: { body, seq, at: instant, case_id } }) => {
  if (body.kind !== 'execution_started') return [];
  const at: At = (what, detail) => fault('effects', what, detail, { seq });
  const now = currentRevision(before);
  if (now?.revision !== body.revision || now.gated === null)
    return [at('not_decided', 'the newest revision is another one or was not decided')];
  const found = orderFindings(before, now, body, at);
  if (before.status !== 'ready_to_execute' || before.held) found.push(at('not_ready', `the case was ${before.status}`));
  if (before.execution?.revision === body.revision) found.push(at('started_twice', 'this revision was started before'));
  if (body.key !== `${case_id}:${body.revision}`) found.push(at('wrong_key', 'the key is not that of this case and revision'));
  if (body.not_after <= instant) found.push(at('too_late', 'the executor was to begin before the order was given'));
  return [...found, ...consentFindings(before, now, at)];
};

/** What runs is what was shown. */
function orderFindings(before: CaseState, now: RevisionState, body: BodyOf<'execution_started'>, at: At): Finding[] {
  const stress = now.stressed?.stress;
  const isDecided =
    stress?.action_id === body.action_id &&
    stress.action_hash === body.action_hash &&
    canonicalJson(stress.parameters) === canonicalJson(body.parameters);
  const found: Finding[] = [];
  if (!isDecided)
    found.push(at('other_action', 'the action, its entry in the catalogue or its parameters are not the decided ones'));
  if (now.gated?.digest !== body.digest) found.push(at('wrong_digest', 'it names another digest than the decision has'));
  if (!before.cards[body.revision]?.decisionShown) found.push(at('not_shown', 'Slack had not confirmed the card'));
  return found;
}

function consentFindings(before: CaseState, now: RevisionState, at: At): Finding[] {
  if (now.voided !== null) return [at('voided', 'the decision was void')];
  const needed = consentNeeded(before, now);
  if (needed === 'nothing_passes') return [at('nothing_passes', 'no consent passes the reasons of this decision')];
  if (needed === 'none' || now.approved) return [];
  return [at('without_consent', `it needed ${needed === 'override' ? 'an override' : 'an approval'}, and has not got it`)];
}

const learnedThat = ({ learned }: CaseState, { runbook_id }: { runbook_id: string }): string | null =>
  learned?.runbookId === runbook_id ? null : 'no such runbook was learned';

/** What has to be so before an entry of this kind: an outcome needs its execution, recovery an effect, a lesson a recovery. */
const NEEDS: { [K in EntryKind]?: (before: CaseState, body: BodyOf<K>) => string | null } = {
  execution_recorded: ({ execution }, { key }) => (execution?.key === key ? null : 'no execution with this key was started'),
  // Telemetry that gave no answer at first may still give one later.
  verified: ({ status, recovery }) =>
    status === 'verifying' || (status === 'not_recovered' && recovery?.asksUntil) ? null : 'nothing had taken effect',
  learned: ({ status }) => (status === 'learning' ? null : 'nothing had recovered'),
  learning_skipped: ({ status }) => (status === 'learning' ? null : 'nothing had recovered'),
  learning_decided: learnedThat,
  learning_kept: learnedThat,
  learning_doubted: learnedThat,
  ticket_commented: ({ ticket }, { key }) => (ticket?.key === key ? null : 'no such ticket was opened'),
  ticket_failed: ({ ticket }, { act, key }) =>
    key === (ticket?.key ?? null) && (act === 'open') === (ticket === null) ? null : 'it is about another ticket',
  ticket_closed: ({ ticket, status }, { key }) =>
    ticket?.key === key && status === 'resolved' ? null : 'the case was not resolved, or has no such ticket',
};

export const checkOrder: EntryCheck = ({ before, entry: { body, seq } }) => {
  const needs = NEEDS[body.kind] as ((state: CaseState, entry: typeof body) => string | null) | undefined;
  const missing = needs?.(before, body) ?? null;
  return missing === null ? [] : [fault('effects', 'out_of_order', `\`${body.kind}\`: ${missing}`, { seq })];
};
