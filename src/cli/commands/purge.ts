import { GovernorError } from '../../../pipeline/errors.ts';
import { redactDocument } from '../../../pipeline/redaction.ts';
import { isInCluster } from '../../config/in-cluster.ts';
import { readDocumentFile } from '../../library-files/document-file.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import { purge as purgeNow } from '../../operations/purge.ts';
import {
  isPurgeable,
  PURGEABLE,
  type Purgeable,
  type PurgeParts,
  type PurgePlan,
  planPurge,
} from '../../operations/purge-plan.ts';
import { confirmed } from '../ask.ts';
import type { Command, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { type OpenedLibrary, withLibraryOnly } from '../opened-library.ts';
import type { Line } from '../print.ts';
import { faint, print, table, writeLines } from '../print.ts';
import { grouped, progressOn } from '../progress-bar.ts';

export const purge: Command = {
  name: 'purge',
  usage: 'samples|logs|library [--dry-run] [--yes]',
  says: 'removes what load has stored, after asking; never cases, their log and its copies, nor documents of others',
  words: { min: 1, max: 1 },
  options: {
    'dry-run': { type: 'boolean', says: 'says what would go and removes nothing' },
    yes: { type: 'boolean', says: 'does not ask; needed where there is no terminal' },
  },
  async run(invocation) {
    const what = invocation.words[0] ?? '';
    if (!isPurgeable(what)) throw new GovernorError('usage', `\`${what}\` is none of ${PURGEABLE.join(', ')}`);
    const outcome = await withLibraryOnly((opened) => run(what, opened, invocation));
    print(invocation, outcome.answer, () => outcome.lines);
    return outcome.went ? EXIT.good : EXIT.badNews;
  },
};

type Outcome = { answer: object; lines: Line[]; went: boolean };

async function run(what: Purgeable, opened: OpenedLibrary, invocation: Invocation): Promise<Outcome> {
  const { elastic, library } = opened;
  const plan = await planPurge(what, partsOf(opened));
  const dryRun = invocation.options['dry-run'] === true;
  const answer = { what, heaps: plan.heaps, kept: plan.kept, dry_run: dryRun };
  if (plan.heaps.length === 0)
    return { answer: { ...answer, removed: 0 }, lines: [...keptLines(plan), 'Nothing to do: none of it is there.'], went: true };
  if (dryRun)
    return { answer: { ...answer, removed: 0 }, lines: [...heapLines('Would remove', plan), ...keptLines(plan)], went: true };
  if (!(await mayGo(plan, opened, invocation)))
    return { answer: { ...answer, removed: 0 }, lines: ['Nothing was removed.'], went: false };
  const removed = await purgeNow(plan, { library, elastic }, progressOn(invocation.err, 'purge'));
  return { answer: { ...answer, removed }, lines: [`Removed ${grouped(removed)} documents.`, ...keptLines(plan)], went: true };
}

function partsOf({ settings, catalogue, library, elastic, names }: OpenedLibrary): PurgeParts {
  const hide = createKnownSecrets(settings.secrets).redact;
  const { documents, problems } = readDocumentFile(settings.paths.sampleLibrary, catalogue);
  if (problems.length > 0) throw new GovernorError('bad_samples', `the sample documents cannot be read: ${problems[0]?.reason}`);
  return {
    library,
    elastic,
    names,
    isLibraryThere: isInCluster(settings, 'library'),
    samples: documents.map((document) => redactDocument(document, hide)),
  };
}

/** The word to type is the prefix of the indices where there is one: whoever has the wrong cluster before them notices. */
async function mayGo(plan: PurgePlan, { elastic, settings }: OpenedLibrary, { err, options }: Invocation): Promise<boolean> {
  if (options.yes === true) return true;
  const { prefix } = settings.config.elasticsearch;
  const word = elastic === null || prefix === '' ? 'yes' : prefix;
  writeLines(err, [...heapLines('This removes', plan), ...keptLines(plan)]);
  return confirmed('It cannot be brought back.', word, { input: process.stdin, output: err });
}

const heapLines = (begins: string, { heaps }: PurgePlan): Line[] => [
  `${begins}:`,
  ...table(
    heaps.map(({ where, documents }) => [
      '',
      grouped(documents),
      documents === 1 ? 'document' : 'documents',
      faint(`of ${where}`),
    ]),
  ),
];

const keptLines = ({ kept }: PurgePlan): Line[] =>
  kept.length === 0 ? [] : [`Kept, because they were changed since they were loaded: ${kept.join(', ')}.`];
