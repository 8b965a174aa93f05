import type { BodyOf } from '../../../contracts/entry.ts';
import { consentNeeded } from '../../../pipeline/attempt.ts';
import { type CaseState, currentRevision, type RevisionState } from '../../../pipeline/case-state.ts';
import { createSignatureCheck } from '../../audit/signatures.ts';
import { parseRow } from '../sound-part.ts';
import { type Finding, fault } from './finding.ts';
import type { Check, EntryCheck, Subject } from './subject.ts';

/** Slack confirmed a card with exactly the decision that was made. */
export const checkShown: EntryCheck = ({ before, entry: { body, seq } }) => {
  if (body.kind !== 'decision_shown') return [];
  const gated = before.revisions.find(({ revision }) => revision === body.revision)?.gated;
  if (gated?.digest === body.digest) return [];
  return [fault('approvals', 'shown_other_digest', 'what was shown is not what was decided', { seq })];
};

/** An approval names the digest of the newest decision, behind its card, and is one that the reasons allow. */
export const checkApproval: EntryCheck = ({ before, entry: { body, seq } }) => {
  if (body.kind !== 'approved') return [];
  const now = currentRevision(before);
  const at = (what: string, detail: string): Finding => fault('approvals', what, detail, { seq });
  if (now?.revision !== body.revision) return [at('superseded', 'it is about a revision that was not the newest any more')];
  if (now.gated === null) return [at('nothing_decided', 'nothing was decided yet')];
  const found: Finding[] = [];
  if (now.gated.digest !== body.digest) found.push(at('wrong_digest', 'it names another digest than the decision has'));
  if (!before.cards[body.revision]?.decisionShown) found.push(at('before_shown', 'Slack had not confirmed the card yet'));
  if (now.voided !== null) found.push(at('voided', 'what it is about was void already'));
  return [...found, ...consentFindings(before, now, body, at)];
};

/** Whoever decided on a command line signed just that, with the key that the entry names; whose key it is, a config says. */
export const checkSignatures: Check = (subject) =>
  signaturesOf(subject)
    .faults()
    .map((found) => fault('approvals', found.fault, found.detail, found.seq === null ? {} : { seq: found.seq }));

export function signaturesOf({ rows, context }: Pick<Subject, 'rows' | 'context'>) {
  const signatures = createSignatureCheck(null);
  for (const row of [...rows, ...context]) {
    const parsed = parseRow(row);
    if (parsed.ok) signatures.next(row, parsed.entry.body);
  }
  return signatures;
}

type At = (what: string, detail: string) => Finding;

function consentFindings(before: CaseState, now: RevisionState, body: BodyOf<'approved'>, at: At): Finding[] {
  const needed = consentNeeded(before, now);
  if (needed === 'none' || needed === 'nothing_passes')
    return [at('no_consent_asked', needed === 'none' ? 'no consent was needed' : 'no consent passes these reasons')];
  if (needed === 'override' && body.as === 'approve') return [at('too_weak', 'these reasons need an override')];
  const people = countingPeople(now, needed);
  if (people.has(body.by)) return [at('counted_twice', 'the same person is counted twice')];
  return body.count === people.size + 1
    ? []
    : [at('wrong_count', `it counts ${body.count} people, and is number ${people.size + 1}`)];
}

/** An approval counts for nothing where an override is needed. */
export const countingPeople = ({ approvals }: RevisionState, needed: 'approve' | 'override'): ReadonlySet<string> =>
  new Set(approvals.filter(({ as }) => needed === 'approve' || as === 'override').map(({ by }) => by));
