import { userInfo } from 'node:os';
import { createSwitch } from '../../../pipeline/lock.ts';
import { systemClock, systemIds } from '../../app/core.ts';
import { casesOf } from '../case-facts.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import { print } from '../print.ts';

export const pause: Command = {
  name: 'pause',
  usage: '[REASON…]',
  says: 'stops every dispatch until somebody with the override right resumes; needs no key, because stopping is always allowed',
  words: { min: 0, max: 200 },
  options: {},
  async run(invocation) {
    const reason = invocation.words.join(' ').slice(0, 2_000) || null;
    const under = await withStore(async ({ store }) => {
      const log = store.caseLog;
      // Written before the running ones are read, so that whatever is not in the answer has not been sent.
      await createSwitch({ log, clock: systemClock, ids: systemIds }).write({
        kind: 'paused',
        by: `cli:${userInfo().username}`,
        via: 'cli',
        reason,
      });
      const states = await Promise.all((await log.openCases()).map((caseId) => casesOf(store).load(caseId)));
      return states.flatMap((state) => (state?.status === 'executing' ? [state.caseId] : []));
    });
    print(invocation, { paused: true, under_way: under }, () => [
      'Paused: nothing is dispatched until it is resumed.',
      ...(under.length > 0 ? [`Already under way: ${under.join(', ')}`] : []),
    ]);
    return EXIT.good;
  },
};
