import { schedule } from 'node-cron';
import { problemOf } from '../../pipeline/errors.ts';
import type { Log } from '../log.ts';

export type Job = { name: string; expression: string; run: () => Promise<void> };

/**
 * What happens by the clock: expiry and reminders that no event wakes, and threads read again in case an event was
 * lost. A tick that fails is told, and the next one comes; a tick never overlaps itself.
 */
export function startJobs(jobs: readonly Job[], logger: Log): () => Promise<void> {
  const tasks = jobs.map(({ name, expression, run }) =>
    schedule(
      expression,
      async () => {
        try {
          await run();
        } catch (fault) {
          logger.error('a scheduled job failed', { job: name, problem: problemOf(fault) });
        }
      },
      { name, noOverlap: true },
    ),
  );
  return async () => {
    for (const task of tasks) await task.destroy();
  };
}
