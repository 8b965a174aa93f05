import type { LibraryDocument } from '../../contracts/documents.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Library } from '../../pipeline/ports.ts';
import { redact, redactDocument } from '../../pipeline/redaction.ts';
import type { SettingProblem } from '../config/problems.ts';
import { readDocumentFile } from './document-file.ts';
import { readFolder } from './markdown-folder.ts';

export type LoadRequest = {
  /** A data file of runbooks, evidence and policies. */
  file?: string | undefined;
  /** A folder of Markdown runbooks. */
  dir?: string | undefined;
  /** The service of Markdown files that name none; without it they are for all services. */
  service?: string | undefined;
  /** Reads and checks everything, stores nothing. */
  dryRun?: boolean | undefined;
};

export type LoadSummary = {
  runbooks: number;
  evidence: number;
  policies: number;
  services: string[];
  dry_run: boolean;
  /** What was left out: a whole data file, or single Markdown files. */
  problems: SettingProblem[];
  /** What was loaded otherwise than its author may think. */
  notes: SettingProblem[];
};

const STORED_AT_ONCE = 500;

/**
 * Reads library files and stores what is right in them; whatever is not is named, file by file. `hide` takes out the
 * secrets that this installation knows, beside what looks like one.
 */
export async function loadLibrary(
  request: LoadRequest,
  { library, catalogue, hide = redact }: { library: Library; catalogue: Catalogue; hide?: (text: string) => string },
): Promise<LoadSummary> {
  const listed = request.file === undefined ? NOTHING : readDocumentFile(request.file, catalogue);
  const folder =
    request.dir === undefined ? NO_FOLDER : readFolder({ dir: request.dir, service: request.service ?? '*', catalogue });
  const offered = [...listed.documents, ...folder.runbooks].map((document) => redactDocument(document, hide));
  const { documents, problems } = await withoutStrangers(offered, library);
  if (request.dryRun !== true)
    for (let at = 0; at < documents.length; at += STORED_AT_ONCE) await library.put(documents.slice(at, at + STORED_AT_ONCE));
  const count = (kind: LibraryDocument['kind']): number => documents.filter((document) => document.kind === kind).length;
  return {
    runbooks: count('runbook'),
    evidence: count('evidence'),
    policies: count('policy'),
    services: [...new Set(documents.map(({ service }) => service))].sort(),
    dry_run: request.dryRun === true,
    problems: [...listed.problems, ...folder.problems, ...problems],
    notes: [...listed.notes, ...folder.notes],
  };
}

const NOTHING = { documents: [], problems: [], notes: [] };
const NO_FOLDER = { runbooks: [], problems: [], notes: [] };

/**
 * A document may replace its own earlier form, and never one of another kind: a runbook that took a policy's id would
 * take the policy away.
 */
async function withoutStrangers(
  offered: readonly LibraryDocument[],
  library: Library,
): Promise<{ documents: LibraryDocument[]; problems: SettingProblem[] }> {
  const stored = new Map<string, LibraryDocument>();
  for (let at = 0; at < offered.length; at += STORED_AT_ONCE) {
    for (const document of await library.get(offered.slice(at, at + STORED_AT_ONCE).map(({ id }) => id)))
      stored.set(document.id, document);
  }
  const problems: SettingProblem[] = [];
  const taken = new Set<string>();
  const documents = offered.filter((document) => {
    const kind = stored.get(document.id)?.kind;
    const stranger = (kind !== undefined && kind !== document.kind) || taken.has(document.id);
    taken.add(document.id);
    if (stranger)
      problems.push({
        file: document.source ?? '',
        key: document.id,
        reason: `would replace a ${kind ?? 'document'} of the same id`,
      });
    return !stranger;
  });
  return { documents, problems };
}
