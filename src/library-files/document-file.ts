import { type LibraryDocument, LibraryFile } from '../../contracts/documents.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { unansweredNames } from '../../pipeline/policies.ts';
import { redact, redactDocument } from '../../pipeline/redaction.ts';
import { readJson } from '../config/json-file.ts';
import type { SettingProblem } from '../config/problems.ts';

export type DocumentsRead = { documents: LibraryDocument[]; problems: SettingProblem[]; notes: SettingProblem[] };

const FILE_BYTES_MAX = 268_435_456;

/** A data file of runbooks, evidence and policies: all of it or nothing, since a policy left out would be a guard left out. */
export function readDocumentFile(file: string, catalogue: Catalogue): DocumentsRead {
  const read = readJson(file, LibraryFile, FILE_BYTES_MAX);
  if (!read.ok) return { documents: [], problems: read.problems, notes: [] };
  const rows = rowsOf(read.value);
  const problems = takenTwice(file, rows);
  if (problems.length > 0) return { documents: [], problems, notes: [] };
  const documents = rows.map(({ document }) => redactDocument(document, redact));
  return { documents, problems: [], notes: [...notesOf(file, rows, documents), ...unmatched(file, documents, catalogue)] };
}

type Row = { key: string; document: LibraryDocument };

const rowsOf = ({ runbooks, evidence, policies }: LibraryFile): Row[] => [
  ...runbooks.map((row, at) => ({ key: `runbooks[${at}]`, document: { kind: 'runbook' as const, ...row } })),
  ...evidence.map((row, at) => ({ key: `evidence[${at}]`, document: { kind: 'evidence' as const, ...row } })),
  ...policies.map((row, at) => ({ key: `policies[${at}]`, document: { kind: 'policy' as const, ...row } })),
];

/** Ids are unique across the three lists, because a plan cites a document by its id alone. */
function takenTwice(file: string, rows: readonly Row[]): SettingProblem[] {
  const owners = new Map<string, string>();
  return rows.flatMap(({ key, document }) => {
    const owner = owners.get(document.id);
    if (owner === undefined) owners.set(document.id, key);
    return owner === undefined ? [] : [{ file, key: `${key}.id`, reason: `\`${document.id}\` is taken by ${owner}` }];
  });
}

const notesOf = (file: string, rows: readonly Row[], cleaned: readonly LibraryDocument[]): SettingProblem[] =>
  rows.flatMap(({ key, document }, at) =>
    JSON.stringify(document) === JSON.stringify(cleaned[at])
      ? []
      : [{ file, key, reason: 'holds what looks like a secret, which was redacted' }],
  );

function unmatched(file: string, documents: readonly LibraryDocument[], catalogue: Catalogue): SettingProblem[] {
  const policies = documents.filter((document) => document.kind === 'policy');
  const strangers = documents.flatMap((document) => {
    if (document.kind !== 'runbook' || document.recommended_action === '' || catalogue.byName.has(document.recommended_action))
      return [];
    return [`runbook \`${document.id}\`: \`${document.recommended_action}\` is no action of the catalogue`];
  });
  return [...unansweredNames(policies, catalogue), ...strangers].map((reason) => ({ file, key: '', reason }));
}
