import { problemOf } from '../../pipeline/errors.ts';
import type { Executor } from '../../pipeline/ports.ts';
import { notSent } from './answers.ts';

type Promises = ReturnType<Executor['declares']>;

/**
 * An executor whose packages and files are loaded when it is first asked: an installation that never asks it does not pay
 * for them. What it promises is known before. Where loading fails nothing was sent, and the next order tries again.
 */
export function lazyExecutor(name: string, promises: Promises, open: () => Promise<Executor>): Executor {
  let opening: Promise<Executor> | null = null;
  const opened = (): Promise<Executor> => {
    opening ??= open().catch((fault: unknown) => {
      opening = null;
      throw fault;
    });
    return opening;
  };
  return {
    name,
    declares: () => promises,
    async run(order) {
      const ready = await opened().catch((fault: unknown) => problemOf(fault));
      return typeof ready === 'string' ? notSent(`${name} could not be opened: ${ready}`) : ready.run(order);
    },
    status: async (key, order) => (await opened()).status(key, order),
  };
}
