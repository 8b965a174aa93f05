import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ScheduledTask, TaskOptions } from 'node-cron';
import { problemOf } from '../../pipeline/errors.ts';
import type { Log } from '../log.ts';

export type Job = { name: string; expression: string; run: () => Promise<void> };

/**
 * What happens by the clock: expiry and reminders that no event wakes, and threads read again in case an event was
 * lost. A tick that fails is told, and the next one comes; a tick never overlaps itself. The scheduler is loaded once the
 * start is over, because nobody waits for the first tick.
 */
export function startJobs(jobs: readonly Job[], logger: Log): () => Promise<void> {
  const scheduled = scheduleAll(jobs, logger).catch((fault: unknown): ScheduledTask[] => {
    logger.error('nothing happens by the clock', { problem: problemOf(fault) });
    return [];
  });
  return async () => {
    for (const task of await scheduled) await task.destroy();
  };
}

async function scheduleAll(jobs: readonly Job[], logger: Log): Promise<ScheduledTask[]> {
  await nextTurn();
  const { schedule } = await import('node-cron');
  const tickOf =
    ({ name, run }: Job) =>
    async (): Promise<void> => {
      try {
        await run();
      } catch (fault) {
        logger.error('a scheduled job failed', { job: name, problem: problemOf(fault) });
      }
    };
  return jobs.map((job) =>
    schedule(job.expression, tickOf(job), { name: job.name, noOverlap: true, logger: sayOf(job, logger) }),
  );
}

/** The scheduler's own words, which would go to the terminal past the log. A tick that was left out is made up by the next. */
function sayOf({ name }: Job, logger: Log): NonNullable<TaskOptions['logger']> {
  const say = (message: string | Error): void => logger.debug('the scheduler', { job: name, message: String(message) });
  return { info: say, warn: say, error: say, debug: say };
}
