import { type Dirent, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Runbook } from '../../contracts/documents.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { readText } from '../config/json-file.ts';
import type { SettingProblem } from '../config/problems.ts';
import { runbookFrom } from './markdown-runbook.ts';

export type FolderRead = { runbooks: Runbook[]; problems: SettingProblem[]; notes: SettingProblem[] };
type Request = { dir: string; service: string; catalogue: Catalogue };

const FILE_BYTES_MAX = 1_048_576;
const FILES_MAX = 20_000;
const DEPTH_MAX = 20;
const MARKDOWN = /\.(?:md|markdown)$/i;

/** Every Markdown file of a folder and its sub-folders as a runbook; a file that is not right is named and left out. */
export function readFolder({ dir, service, catalogue }: Request): FolderRead {
  const found: FolderRead = { runbooks: [], problems: [], notes: [] };
  const owners = new Map<string, string>();
  for (const path of listMarkdown(dir, found.problems)) {
    const file = join(dir, path);
    const text = readText(file, FILE_BYTES_MAX);
    if (!text.ok) {
      found.problems.push(...text.problems);
      continue;
    }
    const source = `${basename(resolve(dir))}/${path}`;
    const imported = runbookFrom(text.value, { path, source, service }, catalogue);
    if (!imported.ok) found.problems.push(...imported.problems.map((problem) => ({ file, ...problem })));
    else take(imported, file, found, owners);
  }
  return found;
}

type Taken = { runbook: Runbook; notes: string[] };

/** Of two files with one id the later would replace the earlier unseen; neither the first nor chance should decide that. */
function take({ runbook, notes }: Taken, file: string, found: FolderRead, owners: Map<string, string>): void {
  const owner = owners.get(runbook.id);
  if (owner !== undefined) {
    found.problems.push({ file, key: 'id', reason: `\`${runbook.id}\` is taken by ${owner}` });
    return;
  }
  owners.set(runbook.id, file);
  found.runbooks.push(runbook);
  found.notes.push(...notes.map((reason) => ({ file, key: '', reason })));
}

/** Paths with forward slashes, sorted, so that the same folder always gives the same answer. Links are not followed: they may lead anywhere. */
function listMarkdown(dir: string, problems: SettingProblem[]): string[] {
  const paths: string[] = [];
  const open: string[] = [''];
  for (let folder = open.shift(); folder !== undefined && paths.length < FILES_MAX; folder = open.shift()) {
    if (folder.split('/').length > DEPTH_MAX)
      problems.push({ file: join(dir, folder), key: '', reason: `lies more than ${DEPTH_MAX} folders deep` });
    else look(dir, folder, { paths, open, problems });
  }
  if (paths.length >= FILES_MAX)
    problems.push({ file: dir, key: '', reason: `holds more than the ${FILES_MAX} files that are read` });
  return paths.slice(0, FILES_MAX).sort();
}

type Listing = { paths: string[]; open: string[]; problems: SettingProblem[] };

function look(dir: string, folder: string, listing: Listing): void {
  for (const item of entriesOf(join(dir, folder), listing.problems))
    sort(item, dir, folder === '' ? item.name : `${folder}/${item.name}`, listing);
}

function sort(item: Dirent, dir: string, path: string, { paths, open, problems }: Listing): void {
  if (item.isDirectory()) {
    if (!item.name.startsWith('.')) open.push(path);
  } else if (MARKDOWN.test(item.name)) {
    if (item.isFile()) paths.push(path);
    else problems.push({ file: join(dir, path), key: '', reason: 'is a link or a device; only plain files are read' });
  }
}

function entriesOf(folder: string, problems: SettingProblem[]) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (fault) {
    problems.push({ file: folder, key: '', reason: `cannot be listed: ${problemOf(fault)}` });
    return [];
  }
}
