import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Executor, ExecutorAnswer, NotSent, Order } from '../../pipeline/ports.ts';

/** What may go wrong between us and the executor; each strikes the next order once. */
export type ExecutorFaults = {
  /** The order is carried out and its answer never arrives. */
  loseAnswer(): Promise<void>;
  /** The order never arrives. */
  loseOrder(): Promise<void>;
  /** The executor refuses the order. */
  refuse(): Promise<void>;
  /** Every question is left without an answer, until the stage is closed. */
  goSilent(): Promise<void>;
};

export type ExecutorStage = {
  executor: Executor;
  /** An order that this executor carries out. */
  order: Omit<Order, 'key' | 'notAfter'>;
  /** How often something really happened under this key, told by the world and not by the executor. */
  effects(key: string): Promise<number>;
  /** Makes the next order begin and fail; null where no order can. */
  failNext: (() => Promise<void>) | null;
  /** Null where nothing lies between us and the executor. */
  faults: ExecutorFaults | null;
  close(): Promise<void>;
};

/** An order may be taken and end later; then it is asked for until it has. Gives the definite answer. */
export async function carriedOut(executor: Executor, order: Order): Promise<ExecutorAnswer | NotSent> {
  const first = await executor.run(order);
  if (first.outcome !== 'running') return first;
  const endMs = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < endMs) {
    const status = await executor.status(order.key, order);
    if (status.seen && status.outcome !== 'running') {
      const { seen: _seen, ...answer } = status;
      return answer;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`the order ${order.key} did not end within ${ENDS_WITHIN_MS} ms`);
}

const ENDS_WITHIN_MS = 5_000;
const POLL_MS = 20;
const MINUTE_MS = 60_000;
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** What every executor must do. `traits` say which tests apply; a stage must then offer what they need. */
export function executorSuite(
  name: string,
  open: () => Promise<ExecutorStage>,
  traits: { hasFaults: boolean; canFail: boolean },
): void {
  describe(`the executor ${name}`, () => {
    let stage: ExecutorStage;
    let keys = 0;
    const order = (change: Partial<Order> = {}): Order => ({
      ...stage.order,
      key: `case-${keys}:1`,
      notAfter: fromNow(MINUTE_MS),
      ...change,
    });
    const statusOf = (about: Order) => stage.executor.status(about.key, about);
    const faults = (): ExecutorFaults => {
      if (stage.faults === null) throw new Error('this stage offers no faults');
      return stage.faults;
    };

    beforeEach(async () => {
      keys += 1;
      stage = await open();
    });
    afterEach(() => stage.close());

    test('carries an order out once and says so', async () => {
      const answer = await carriedOut(stage.executor, order());
      expect(answer.outcome).toBe('done');
      expect(answer.detail).not.toBe('');
      expect(await stage.effects(order().key)).toBe(1);
    });

    test('a time of the effect is an instant in UTC that has passed', async () => {
      const answer = await carriedOut(stage.executor, order());
      if (answer.outcome === 'not_sent') expect.fail(answer.detail);
      const { effectAt } = answer;
      if (effectAt === null) return;
      expect(effectAt).toBe(new Date(effectAt).toISOString());
      expect(Date.parse(effectAt)).toBeLessThanOrEqual(Date.now() + 1_000);
    });

    test('knows nothing of a key it never saw', async () => {
      expect(await statusOf(order({ key: 'case-never:1' }))).toEqual({ seen: false });
    });

    test('tells of an order what it answered to it', async () => {
      const answer = await carriedOut(stage.executor, order());
      expect(await statusOf(order())).toEqual({ seen: true, ...answer });
    });

    test('what it declares does not change', async () => {
      const before = stage.executor.declares();
      await stage.executor.run(order());
      expect(stage.executor.declares()).toEqual(before);
    });

    test('where keys are declared to be idempotent, a second order under a key has no second effect and the same answer', async () => {
      if (!stage.executor.declares().idempotentByKey) return;
      const first = await carriedOut(stage.executor, order());
      expect(await carriedOut(stage.executor, order())).toEqual(first);
      expect(await stage.effects(order().key)).toBe(1);
    });

    test('where keys are declared to be idempotent, ten orders at once under a key have one effect', async () => {
      if (!stage.executor.declares().idempotentByKey) return;
      const same = order();
      const answers = await Promise.all(Array.from({ length: 10 }, () => carriedOut(stage.executor, same)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await stage.effects(same.key)).toBe(1);
    });

    test('where keys are declared to be idempotent, another order under a used key is no repeat: it fails and nothing more happens', async () => {
      if (!stage.executor.declares().idempotentByKey) return;
      await stage.executor.run(order());
      await expect(stage.executor.run(order({ caseId: 'another-case' }))).rejects.toThrow();
      expect(await stage.effects(order().key)).toBe(1);
    });

    test('orders under two keys are two effects', async () => {
      const other = { ...order(), key: `${order().key}-other` };
      await carriedOut(stage.executor, order());
      await carriedOut(stage.executor, other);
      expect([await stage.effects(order().key), await stage.effects(other.key)]).toEqual([1, 1]);
    });

    test('where lateness is declared to be refused, a late order has no effect, and is never told as done', async () => {
      if (!stage.executor.declares().refusesLate) return;
      const late = order({ notAfter: fromNow(-1_000) });
      expect(await stage.executor.run(late)).toMatchObject({ outcome: 'refused', effectAt: null });
      expect(await stage.effects(late.key)).toBe(0);
      expect(await statusOf(late)).not.toMatchObject({ outcome: 'done' });
    });

    test('a repeat that comes late is answered as the first order was', async () => {
      const { idempotentByKey } = stage.executor.declares();
      if (!idempotentByKey) return;
      const first = await carriedOut(stage.executor, order());
      expect(await carriedOut(stage.executor, order({ notAfter: fromNow(-1_000) }))).toEqual(first);
    });

    if (traits.canFail)
      test('an order that began and failed is told as failed, now and later', async () => {
        await stage.failNext?.();
        const answer = await carriedOut(stage.executor, order());
        expect(answer.outcome).toBe('failed');
        expect(await statusOf(order())).toEqual({ seen: true, ...answer });
      });

    if (traits.hasFaults)
      describe('when the way is bad', () => {
        test('a refusal is a definite answer without an effect', async () => {
          await faults().refuse();
          expect(await stage.executor.run(order())).toMatchObject({ outcome: 'refused', effectAt: null });
          expect(await stage.effects(order().key)).toBe(0);
        });

        test('a lost answer throws, and asking by key then tells what happened', async () => {
          await faults().loseAnswer();
          await expect(stage.executor.run(order())).rejects.toMatchObject({ code: 'answer_lost' });
          expect(await stage.effects(order().key)).toBe(1);
          await expect.poll(() => statusOf(order())).toMatchObject({ seen: true, outcome: 'done' });
        });

        test('a lost order throws, is sent by itself no second time, and is then unknown by key', async () => {
          await faults().loseOrder();
          await expect(stage.executor.run(order())).rejects.toMatchObject({ code: 'answer_lost' });
          expect(await stage.effects(order().key)).toBe(0);
          expect(await statusOf(order())).toEqual({ seen: false });
        });

        test('a status that cannot be had throws: silence is never told as "not seen"', async () => {
          await stage.executor.run(order());
          await faults().goSilent();
          await expect(statusOf(order())).rejects.toMatchObject({ code: 'answer_lost' });
        });
      });
  });
}
