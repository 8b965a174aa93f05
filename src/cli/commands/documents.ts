import { GovernorError } from '../../../pipeline/errors.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withLibraryOnly } from '../opened-library.ts';
import { print } from '../print.ts';

export const documents: Command = {
  name: 'documents',
  usage: 'get|delete ID',
  says: 'shows or removes one document of the library',
  words: { min: 2, max: 2 },
  options: {},
  async run(invocation) {
    const [verb, id = ''] = invocation.words;
    if (verb !== 'get' && verb !== 'delete') throw new GovernorError('usage', `\`${verb}\` is neither get nor delete`);
    const found = await withLibraryOnly(async ({ library }) => {
      const [document] = await library.get([id]);
      if (verb === 'delete' && document !== undefined) await library.remove(id);
      return document;
    });
    if (found === undefined) throw new GovernorError('unknown_document', `there is no document \`${id}\``);
    print(invocation, verb === 'get' ? found : { deleted: id }, () =>
      verb === 'get' ? JSON.stringify(found, null, 2).split('\n') : [`Deleted ${id}.`],
    );
    return EXIT.good;
  },
};
