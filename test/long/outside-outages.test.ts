import { test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { type OutsideOutage, playOutsideOutage } from '../fixtures/outside-outage.ts';

const LONG_MS = 60_000;
const PATIENT_S = 600;
/** Some are given up while it lasts, and some are told when it is over. */
const IMPATIENT_S = 15;

/** Each of 5 s, and as long again until the next. */
const SHORT = ['refused', null, 'hang', null, 'slow', null, 'unready', null, 'busy', null, 'lost'] as const;
const ROUNDS: readonly Omit<OutsideOutage, 'prefix'>[] = [
  {
    name: 'of 60 s, Jira hangs, answers about orders are lost, the pager refuses',
    forMs: LONG_MS,
    struck: { jira: ['hang'], executors: ['lost'], pager: ['refused'] },
    giveUpS: PATIENT_S,
  },
  {
    name: 'of 60 s, Jira comes back in pieces, targets hang and turn away, the pager hangs until it is given up',
    forMs: LONG_MS,
    struck: { jira: ['refused', 'unready', 'flaky'], executors: ['hang', 'unready', 'busy'], pager: ['hang'] },
    giveUpS: IMPATIENT_S,
  },
  {
    name: 'of 60 s, Jira loses some answers and then limits, orders arrive late, the pager limits, and the governor is killed',
    forMs: LONG_MS,
    struck: { jira: ['flaky', 'busy', 'slow'], executors: ['slow', 'refused'], pager: ['busy', 'lost'] },
    giveUpS: PATIENT_S,
    killedAtMs: 15_000,
  },
  {
    name: 'of 5 s, six times, each time of another kind and of everybody at once',
    forMs: 5_000 * SHORT.length,
    struck: { jira: SHORT, executors: SHORT, pager: SHORT },
    giveUpS: PATIENT_S,
  },
];

describeWithElasticsearch('an outage of Jira, of targets of orders and of the pager in the midst of incidents', () => {
  const prefix = withPrefix();
  test.concurrent.for(ROUNDS.map((one, number) => ({ ...one, number })))(
    '$name: one ticket a case, at most one effect, everybody told, and cases that need none of them go on',
    async ({ number, ...outage }) => {
      await playOutsideOutage({ ...outage, prefix: `${prefix}${number}-` });
    },
  );
});
