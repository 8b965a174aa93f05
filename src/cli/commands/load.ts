import { GovernorError } from '../../../pipeline/errors.ts';
import { loadLibrary } from '../../library-files/load-library.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import { bad, faint, print } from '../print.ts';

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
    const summary = await withStore(({ store, catalogue }) => loadLibrary(request, { library: store.library, catalogue }));
    print(invocation, summary, () => [
      `${summary.dry_run ? 'Would load' : 'Loaded'} ${summary.runbooks} runbooks, ${summary.evidence} evidence documents, ${summary.policies} policies.`,
      ...summary.notes.map(({ file, key, reason }) => [faint('note'), `      ${file} ${key}: ${reason}`]),
      ...summary.problems.map(({ file, key, reason }) => [bad('left out'), `  ${file} ${key}: ${reason}`]),
    ]);
    return summary.problems.length > 0 ? EXIT.badNews : EXIT.good;
  },
};
