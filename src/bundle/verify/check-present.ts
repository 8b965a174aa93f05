import type { BundledAction, BundledDocument } from '../../../contracts/bundle.ts';
import { LibraryDocument } from '../../../contracts/documents.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import { documentHash, hashOf } from '../../../pipeline/hash.ts';
import { isLogLineId, presentOf, recordedActions, recordedDocuments, thresholdsPart } from '../present.ts';
import { type Finding, fault, note } from './finding.ts';
import type { Check, Subject } from './subject.ts';

/**
 * What stands beside the decisions as it is now: each thing that a decision names is here with the hash that was recorded,
 * and what is said not to have changed has that hash still.
 */
export const checkPresent: Check = (subject) => {
  const { state, actions, documents } = subject;
  if (state === undefined) return [];
  const { revisions } = state;
  return [
    ...thresholdFindings(subject),
    ...listFindings('action', recordedActions(revisions), new Map(actions.map((one) => [one.action_id, one]))),
    ...listFindings('document', recordedDocuments(revisions), new Map(documents.map((one) => [one.id, one]))),
    ...actions.flatMap(actionFindings),
    ...documents.flatMap(documentFindings),
  ];
};

function thresholdFindings({ thresholds, state }: Subject): Finding[] {
  if (thresholds === null) return [fault('present', 'thresholds_missing', 'the thresholds are missing')];
  const drawn = thresholdsPart(state?.revisions ?? [], thresholds.now);
  return canonicalJson(drawn) === canonicalJson(thresholds)
    ? []
    : [fault('present', 'thresholds_differ', 'the thresholds are not those that the decisions name')];
}

type Recorded = { hash: string };

/** The bundle names just what the decisions name, and records of it what they record. */
function listFindings(
  kind: 'action' | 'document',
  wanted: ReadonlyMap<string, readonly Recorded[]>,
  there: ReadonlyMap<string, { recorded: readonly Recorded[] }>,
): Finding[] {
  const missing = [...wanted].flatMap(([id, recorded]) => {
    const found = there.get(id);
    if (found === undefined) return [fault('present', 'missing', `the ${kind} \`${id}\` is missing`)];
    const isSame = canonicalJson(found.recorded) === canonicalJson(recorded);
    return isSame ? [] : [fault('present', 'recorded_differs', `of the ${kind} \`${id}\` something else was recorded`)];
  });
  const foreign = [...there.keys()].filter((id) => !wanted.has(id));
  return [...missing, ...foreign.map((id) => fault('present', 'foreign', `no decision names the ${kind} \`${id}\``))];
}

type Now = Pick<BundledAction, 'present' | 'hash_now' | 'redacted' | 'recorded'>;

/** `remade`: the hash of what stands here; null where that cannot be read. */
function nowFindings(what: string, one: Now, isThere: boolean, remade: () => string | null): Finding[] {
  if ((one.hash_now !== null) !== isThere)
    return [fault('present', 'swapped', `${what} is here and said to be gone, or the other way round`)];
  const state = presentOf(one.hash_now, one.recorded);
  if (state !== one.present) return [fault('present', 'wrong_state', `${what} is said to be ${one.present}, and is ${state}`)];
  if (!isThere) return [note('present', 'vanished', `${what} is gone: only what was recorded of it is left`)];
  if (one.redacted)
    return [
      note('present', 'redacted', `${what} had something taken out that looks like a secret, so its hash cannot be made again`),
    ];
  if (remade() !== one.hash_now) return [fault('present', 'swapped', `${what} does not have the hash that is named for it`)];
  if (state === 'unchanged') return [];
  return [
    note('present', 'changed', `${what} says something else than at a decision: only its hash and excerpt of then are left`),
  ];
}

const actionFindings = (one: BundledAction): Finding[] =>
  nowFindings(`the action \`${one.action_id}\``, one, one.action !== null, () =>
    one.action === null ? null : hashOf(one.action),
  );

function documentFindings(one: BundledDocument): Finding[] {
  if (one.present === 'not_asked' && isLogLineId(one.id))
    return [note('present', 'not_asked', `\`${one.id}\` is a line of the live logs: only what was recorded of it is left`)];
  return nowFindings(`the document \`${one.id}\``, one, one.document !== null, () => {
    const document = LibraryDocument.safeParse(one.document);
    return document.success && document.data.id === one.id ? documentHash(document.data) : null;
  });
}
