import type { Clock, Executor, ExecutorAnswer, Order } from '../../pipeline/ports.ts';
import type { Log } from '../log.ts';
import { isLate, isSameOrder, REFUSED_LATE, usedKey } from './answers.ts';

type Recorded = { order: Order; answer: ExecutorAnswer };

/** Orders kept in memory; a forgotten one is one that never had an effect anyway. */
const KEPT_MAX = 10_000;

/** Changes nothing: it records what it was told to do, answers `done`, and keeps an executor's promises like any other. */
export function createDryRunExecutor({ clock, log }: { clock: Clock; log: Log }): Executor {
  const recorded = new Map<string, Recorded>();

  const record = (order: Order): ExecutorAnswer => {
    // There was no effect, so there is no time of one.
    const answer: ExecutorAnswer = { outcome: 'done', detail: `dry run: ${order.actionId} was not carried out`, effectAt: null };
    recorded.set(order.key, { order, answer });
    const oldest = recorded.size > KEPT_MAX ? recorded.keys().next().value : undefined;
    if (oldest !== undefined) recorded.delete(oldest);
    const { key, caseId: case_id, actionId: action, target, parameters } = order;
    log.info('dry run: an order was recorded and nothing was done', { case_id, key, action, target, parameters });
    return answer;
  };

  return {
    name: 'dry-run',
    declares: () => ({ refusesLate: true, idempotentByKey: true }),
    async run(order) {
      const earlier = recorded.get(order.key);
      if (earlier !== undefined) return repeated(earlier, order);
      return isLate(clock, order) ? REFUSED_LATE : record(order);
    },
    async status(key) {
      const earlier = recorded.get(key);
      return earlier === undefined ? { seen: false } : { seen: true, ...earlier.answer };
    },
  };
}

/** A repeat is answered as the first one was, even when it is late; other content under the same key is nobody's repeat. */
function repeated({ order: first, answer }: Recorded, order: Order): ExecutorAnswer {
  if (isSameOrder(first, order)) return answer;
  throw usedKey(order.key);
}
