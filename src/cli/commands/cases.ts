import { GovernorError } from '../../../pipeline/errors.ts';
import { caseFacts, casesOf } from '../case-facts.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { statusPart } from '../inks.ts';
import { withStore } from '../opened.ts';
import { faint, print, table } from '../print.ts';

const LIMIT = 50;
const LIMIT_MAX = 1_000;
const HEADS = ['CASE', 'STATE', 'SEVERITY', 'SERVICE', 'DECISION', 'ACTION'];

export const cases: Command = {
  name: 'cases',
  usage: '[--limit N] [--before CASE]',
  says: 'lists cases, the newest first',
  words: { min: 0, max: 0 },
  options: {
    limit: { type: 'string', says: `how many, ${LIMIT} unless given, at most ${LIMIT_MAX}` },
    before: { type: 'string', says: 'only older ones than this case' },
  },
  async run(invocation) {
    const { limit: wanted, before } = invocation.options;
    const limit = wanted === undefined ? LIMIT : Number(wanted);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
      throw new GovernorError('usage', `--limit takes a whole number from 1 to ${LIMIT_MAX}`);
    const facts = await withStore(async ({ store }) => {
      const heads = await store.caseLog.list(limit, typeof before === 'string' ? before : undefined);
      const loaded = await Promise.all(heads.map(({ case_id }) => casesOf(store).load(case_id)));
      return loaded.flatMap((state) => (state === undefined ? [] : [caseFacts(state)]));
    });
    const rows = facts.map((one) => [
      one.case_id,
      statusPart(one.state),
      one.incident.severity,
      one.incident.service,
      one.decision ?? '-',
      one.proposed_action ?? '-',
    ]);
    print(invocation, facts, () => (rows.length === 0 ? ['No case yet.'] : table([HEADS.map(faint), ...rows])));
    return EXIT.good;
  },
};
