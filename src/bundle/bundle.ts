import { BUNDLE_FORMAT, type BundleLine, type PartOf } from '../../contracts/bundle.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { Entry } from '../../contracts/entry.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { SealedRow } from '../../pipeline/chain.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { readWithout } from '../app/without-secrets.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { Store } from '../stores/store.ts';
import { cardParts } from './cards.ts';
import { contextRows } from './context.ts';
import { hiddenTexts } from './hidden-texts.ts';
import { drawnLines, toolLines } from './output-lines.ts';
import { actionParts, documentParts, thresholdsPart } from './present.ts';
import { createSealing, type Write } from './sealing.ts';
import { type Break, type SoundPart, soundPart } from './sound-part.ts';
import { bundledRow, storedRows } from './stored-rows.ts';

export type BundleParts = {
  store: Pick<Store, 'caseLog' | 'audit' | 'library'>;
  catalogue: Catalogue;
  config: GovernorConfig;
  simulated: boolean;
  /** $GOVERNOR_HOME/output. */
  outputFolder: string;
  secrets: Pick<KnownSecrets, 'redact' | 'hideKnown'>;
  version: string;
  now: () => number;
};

export type Bundled = {
  case_id: string;
  sha256: string;
  lines: number;
  entries: number;
  /** Where the log stops being a case; null where it is whole. All its rows are in the bundle either way. */
  broken: Break | null;
  /** Entries in which something looks like a secret: they go out as they are stored, or nothing could be proven by them. */
  secrets_at: { case_id: string; seq: number }[];
};

type Case = SoundPart & { caseId: string; rows: readonly SealedRow[] };

/**
 * Writes all that is recorded about one case as JSON lines, and what it rested on as that is now. The same case on the same
 * library, catalogue and config gives the same bytes but for one field of the last line.
 */
export async function writeBundle(caseId: string, parts: BundleParts, write: Write): Promise<Bundled> {
  const rows = await storedRows(parts.store, caseId);
  if (rows.length === 0) throw new GovernorError('unknown_case', `there is no case \`${caseId}\``);
  const bundled: Case = { caseId, rows, ...soundPart(caseId, rows) };
  const sealing = createSealing(write);
  const secretsAt: Bundled['secrets_at'] = [];
  for await (const line of linesOf(bundled, parts)) {
    if ('row' in line && holdsSecret(line.row.body, parts.secrets.redact))
      secretsAt.push({ case_id: line.row.case_id, seq: line.row.seq });
    await sealing.put(line);
  }
  const { sha256, lines } = await sealing.close(new Date(parts.now()).toISOString());
  return { case_id: caseId, sha256, lines: lines + 1, entries: rows.length, broken: bundled.broken, secrets_at: secretsAt };
}

async function* linesOf(one: Case, parts: BundleParts): AsyncGenerator<BundleLine> {
  const { caseId, rows, entries, state } = one;
  const { store, catalogue, config, simulated, outputFolder } = parts;
  const { redact, hideKnown } = parts.secrets;
  yield headerOf(one, parts);
  for (const row of rows) yield { part: 'entry', row: bundledRow(row) };
  if (state !== undefined) {
    const context = { store, windowS: config.blast_radius.window_s };
    for (const row of await contextRows(context, state, waitedMs(entries))) yield { part: 'context', row: bundledRow(row) };
    yield thresholdsPart(state.revisions, config.gate);
    yield* actionParts(state.revisions, catalogue, redact);
    yield* documentParts(state.revisions, readWithout(hideKnown, store.library), redact);
    const facts = { rules: config.approvers, groups: new Map(), timings: config, simulated };
    yield* cardParts(entries, { catalogue, facts, hide: redact });
    yield* drawnLines(entries);
  }
  yield* toolLines(outputFolder, caseId, redact);
}

function headerOf({ caseId, rows, state }: Case, { version, simulated }: BundleParts): PartOf<'bundle'> {
  const last = rows.at(-1);
  return {
    part: 'bundle',
    format: BUNDLE_FORMAT,
    program: { name: 'safety-governor', version },
    case_id: caseId,
    simulated,
    entries: rows.length,
    last: { seq: last?.seq ?? 0, hash: last?.hash ?? '' },
    service: state?.incident.service ?? null,
    severity: state?.incident.severity ?? null,
    status: state?.status ?? null,
    revisions: state?.revisions.length ?? 0,
  };
}

function waitedMs(entries: readonly Entry[]): number | null {
  const waited = entries.find(({ body }) => body.kind === 'waiting' && body.for === 'blast_radius');
  return waited === undefined ? null : Date.parse(waited.at);
}

function holdsSecret(body: Record<string, unknown> | string, hide: (text: string) => string): boolean {
  if (typeof body === 'string') return hide(body) !== body;
  return JSON.stringify(hiddenTexts(body, hide)) !== JSON.stringify(body);
}
