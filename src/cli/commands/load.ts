import { GovernorError } from '../../../pipeline/errors.ts';
import { sayProblem } from '../../config/problems.ts';
import { loadLibrary } from '../../library-files/load-library.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import { bad, faint, print } from '../print.ts';

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
const text = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

export const load: Command = {
  name: 'load',
  usage: '[--data FILE] [--runbooks DIR] [--service NAME] [--dry-run]',
  says: 'loads runbooks, evidence and policies, also while the app runs',
  words: { min: 0, max: 0 },
  options: {
    data: { type: 'string', says: 'a JSON file {runbooks, evidence, policies}' },
    runbooks: { type: 'string', says: 'a folder of Markdown runbooks' },
    service: { type: 'string', says: 'the service of Markdown runbooks that name none' },
    'dry-run': { type: 'boolean', says: 'checks everything and stores nothing' },
  },
  async run(invocation) {
    const { data, runbooks, service, 'dry-run': dryRun } = invocation.options;
    if (data === undefined && runbooks === undefined)
      throw new GovernorError('usage', 'give --data FILE, --runbooks DIR, or both');
    const request = { file: text(data), dir: text(runbooks), service: text(service), dryRun: dryRun === true };
    const summary = await withStore(({ settings, store, catalogue }) =>
      loadLibrary(request, { library: store.library, catalogue, hide: createKnownSecrets(settings.secrets).redact }),
    );
    const { runbooks: books, evidence, policies } = summary;
    const loaded = [counted(books, 'runbook'), counted(evidence, 'evidence document'), counted(policies, 'policy', 'policies')];
    print(invocation, summary, () => [
      `${summary.dry_run ? 'Would load' : 'Loaded'} ${loaded.join(', ')}.`,
      ...summary.notes.map((note) => [faint('note'), `      ${sayProblem(note)}`]),
      ...summary.problems.map((problem) => [bad('left out'), `  ${sayProblem(problem)}`]),
    ]);
    return summary.problems.length > 0 ? EXIT.badNews : EXIT.good;
  },
};
