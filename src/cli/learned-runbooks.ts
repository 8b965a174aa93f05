import type { Runbook } from '../../contracts/documents.ts';
import type { CaseLog, Library } from '../../pipeline/ports.ts';

const PAGE = 500;

/**
 * Every runbook that was learned here, the newest case first. The library lists no discarded ones, but their ids are drawn
 * from the ids of their cases, and the log names those.
 */
export async function learnedRunbooks(log: Pick<CaseLog, 'list'>, library: Pick<Library, 'get'>): Promise<Runbook[]> {
  const found: Runbook[] = [];
  for (let before: string | undefined, more = true; more; ) {
    const heads = await log.list(PAGE, before);
    const ids = heads.map(({ case_id }) => `learned:${case_id}`);
    const documents = new Map((await library.get(ids)).map((document) => [document.id, document]));
    for (const id of ids) {
      const document = documents.get(id);
      if (document?.kind === 'runbook') found.push(document);
    }
    before = heads.at(-1)?.case_id;
    more = heads.length === PAGE;
  }
  return found;
}
