import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { Hit, type Search } from './search.ts';

/** Searches that may wait for the thread; a caller beyond them is refused rather than left to wait for ever. */
const WAITING_MAX = 1_000;
const SEARCH_MS_MAX = 15_000;

const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), number: z.int(), hits: z.array(Hit) }),
  z.object({ ok: z.literal(false), number: z.int(), problem: z.string() }),
]);

type Waiting = { resolve: (hits: Hit[]) => void; reject: (fault: Error) => void; timer: NodeJS.Timeout };

const failed = (problem: string, cause?: unknown): GovernorError =>
  new GovernorError('search_failed', `the search did not end: ${problem}`, { cause });

/** Long searches in a thread that starts with the first of them and starts again after it died. */
export function createSearchThread(file: string) {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let last = 0;

  const settle = (number: number, end: (search: Waiting) => void): void => {
    const search = waiting.get(number);
    if (search === undefined) return;
    waiting.delete(number);
    clearTimeout(search.timer);
    end(search);
  };

  const failAll = (fault: Error): void => {
    for (const number of [...waiting.keys()]) settle(number, (search) => search.reject(fault));
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./search-worker.ts', import.meta.url), { workerData: { file } });
    started.unref();
    started.on('message', (message: unknown) => {
      const answer = Answer.parse(message);
      settle(answer.number, (search) => (answer.ok ? search.resolve(answer.hits) : search.reject(failed(answer.problem))));
    });
    const end = (fault: Error): void => {
      if (worker === started) worker = undefined;
      failAll(fault);
    };
    started.on('error', (fault) => end(failed(problemOf(fault), fault)));
    started.on('exit', () => end(failed('its thread has ended')));
    return started;
  };

  return {
    run(search: Search): Promise<Hit[]> {
      if (waiting.size >= WAITING_MAX) return Promise.reject(failed(`${WAITING_MAX} searches are waiting already`));
      worker ??= start();
      last += 1;
      const number = last;
      const answer = new Promise<Hit[]>((resolve, reject) => {
        const late = (): void => settle(number, () => reject(failed(`no answer within ${SEARCH_MS_MAX} ms`)));
        waiting.set(number, { resolve, reject, timer: setTimeout(late, SEARCH_MS_MAX) });
      });
      worker.postMessage({ number, search });
      return answer;
    },
    async close(): Promise<void> {
      const ending = worker;
      worker = undefined;
      failAll(failed('the store is closed'));
      await ending?.terminate();
    },
  };
}
