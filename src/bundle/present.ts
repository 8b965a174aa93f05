import type { BundledAction, BundledDocument, PartOf, Present } from '../../contracts/bundle.ts';
import type { GateConfig } from '../../contracts/gate.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import type { RevisionState } from '../../pipeline/case-state.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { documentHash, hashOf } from '../../pipeline/hash.ts';
import type { Library } from '../../pipeline/ports.ts';
import { redactDocument } from '../../pipeline/redaction.ts';
import type { Hide } from '../app/without-secrets.ts';
import { hiddenTexts } from './hidden-texts.ts';
import { recordedLimits } from './recorded-limits.ts';

type Revisions = readonly RevisionState[];
type RecordedDocument = BundledDocument['recorded'][number];

/** A line of the live logs is cited by an id of this form. */
export const isLogLineId = (id: string): boolean => id.startsWith('log:');

export const presentOf = (hashNow: string | null, recorded: readonly { hash: string }[]): Present => {
  if (hashNow === null) return 'vanished';
  return recorded.every(({ hash }) => hash === hashNow) ? 'unchanged' : 'changed';
};

/** The gate's thresholds at each decision and now. */
export function thresholdsPart(revisions: Revisions, now: GateConfig): PartOf<'gate_config'> {
  const recorded = revisions.flatMap(({ revision, gated }) =>
    gated === null ? [] : [{ revision, hash: gated.gate.gate_config_hash, limits: recordedLimits(gated.gate) }],
  );
  return { part: 'gate_config', recorded, now, hash_now: hashOf(now) };
}

/** What each decision recorded of the catalogue's entries, by action. */
export function recordedActions(revisions: Revisions): Map<string, BundledAction['recorded']> {
  const found = new Map<string, BundledAction['recorded']>();
  for (const { revision, stressed } of revisions) {
    const { action_id: id = null, action_hash: hash = null } = stressed?.stress ?? {};
    if (id !== null && hash !== null) found.set(id, [...(found.get(id) ?? []), { revision, hash }]);
  }
  return inOrder(found);
}

/** The catalogue's entries as they are now. */
export function* actionParts(revisions: Revisions, catalogue: Catalogue, hide: Hide): Generator<BundledAction> {
  for (const [action_id, recorded] of recordedActions(revisions)) {
    const entry = catalogue.actions.get(action_id) ?? null;
    const hash_now = catalogue.hashes.get(action_id) ?? null;
    const action = entry === null ? null : hiddenTexts(entry, hide);
    const redacted = entry !== null && canonicalJson(action) !== canonicalJson(entry);
    yield { part: 'action', action_id, recorded, present: presentOf(hash_now, recorded), hash_now, redacted, action };
  }
}

/** What each decision recorded of the documents and policies that it names. */
export function recordedDocuments(revisions: Revisions): Map<string, RecordedDocument[]> {
  const found = new Map<string, RecordedDocument[]>();
  const add = (id: string, recorded: RecordedDocument): unknown => found.set(id, [...(found.get(id) ?? []), recorded]);
  for (const { revision, stressed } of revisions) {
    for (const { id, hash, role, cited } of stressed?.stress.documents ?? []) add(id, { revision, hash, role, cited });
    for (const { id, hash } of stressed?.stress.policies ?? []) add(id, { revision, hash, role: 'policy', cited: false });
  }
  return inOrder(found);
}

/**
 * The documents as they are now. `library` must give them as the governor reads them, with its own secrets taken out: the
 * recorded hashes are of that.
 */
export async function* documentParts(
  revisions: Revisions,
  library: Pick<Library, 'get'>,
  hide: Hide,
): AsyncGenerator<BundledDocument> {
  const wanted = recordedDocuments(revisions);
  const stored = await library.get([...wanted.keys()].filter((id) => !isLogLineId(id)));
  const known = new Map(stored.map((document) => [document.id, document]));
  for (const [id, recorded] of wanted) {
    const found = known.get(id);
    const hash_now = found === undefined ? null : documentHash(found);
    const document = found === undefined ? null : redactDocument(found, hide);
    const present = isLogLineId(id) ? 'not_asked' : presentOf(hash_now, recorded);
    yield { part: 'document', id, recorded, present, hash_now, redacted: document !== (found ?? null), document };
  }
}

/** By code units, so that the same case gives the same bytes on every machine. */
const inOrder = <T>(found: ReadonlyMap<string, T>): Map<string, T> =>
  new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
