import { expect, test } from 'vitest';
import { currentCard } from '../../pipeline/case-state.ts';
import { startCluster } from '../elasticsearch/cluster.ts';
import { describeWithOwnNodes } from '../elasticsearch/own-nodes.ts';
import { startProxy } from '../elasticsearch/proxy.ts';
import { openCase, SELF_RUNNING, stateOf, untilShown } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';

const HOLD_WINDOW_S = 9;
/** Longer than a write is tried for, and longer than the hold window. */
const OUTAGE_MS = 14_000;
const VISITOR = 'visitor';

const wasTold = async (stage: Stage): Promise<boolean> =>
  (await stage.control.messages(`channel=incidents&user=${VISITOR}`)).some(
    ({ ephemeral_to, text }) => ephemeral_to !== undefined && text.includes('Not recorded'),
  );

describeWithOwnNodes('a reply that comes while the cluster is away', () => {
  test.for([1, 2])(
    'HOLD, with %i governors: its author is told, and the case is held and not executed when the cluster is back',
    async (apps) => {
      const cluster = await startCluster({ heap: '256m' });
      const url = cluster.urls[0] ?? '';
      const proxy = await startProxy(url);
      const stage = await openStage({
        apps,
        config: { hold_window_s: HOLD_WINDOW_S, dispatch_s: 30 },
        cluster: { url: proxy.url, seenAt: url, prefix: 'replies-' },
      });
      try {
        await stage.until('all to be connected', async () => (await stage.control.connections()) === apps);
        const state = await untilShown(stage, await openCase(stage, SELF_RUNNING));
        await proxy.trouble('busy');
        await stage.control.reply(VISITOR, currentCard(state)?.ts ?? '', 'HOLD');
        await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
        expect(await wasTold(stage), stage.report()).toBe(true);
        await proxy.trouble(null);
        await stage.until('the case to be held', () => stateOf(stage, state.caseId).held);
        expect(await stage.control.effects()).toEqual([]);
      } finally {
        await stage.close();
        await proxy.close();
        await cluster.stop();
      }
    },
  );
});
