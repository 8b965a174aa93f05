import { expect, test } from 'vitest';
import { startJobs } from '../../src/app/jobs.ts';
import { waitFor } from '../fixtures/wait.ts';
import { keepingLog } from '../tickets/jira-stage.ts';

const EACH_SECOND = '* * * * * *';

test('a job comes by the clock, also after a tick that failed, never beside itself, and not once it is stopped', async () => {
  const { log, told } = keepingLog();
  const ran = { failing: 0, slow: 0, beside: 0, most: 0 };
  const stop = startJobs(
    [
      {
        name: 'fails',
        expression: EACH_SECOND,
        run: async () => {
          ran.failing += 1;
          throw new Error('not today');
        },
      },
      {
        name: 'is slow',
        expression: EACH_SECOND,
        run: async () => {
          ran.slow += 1;
          ran.beside += 1;
          ran.most = Math.max(ran.most, ran.beside);
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          ran.beside -= 1;
        },
      },
    ],
    log,
  );
  await waitFor('two ticks of each', () => ran.failing >= 2 && ran.slow >= 2);
  await stop();
  const { failing, slow } = ran;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(ran).toMatchObject({ failing, slow, most: 1 });
  expect(told.map(({ message }) => message)).toContain('the scheduler');
  expect(told.find(({ level }) => level === 'error')).toEqual({
    level: 'error',
    message: 'a scheduled job failed',
    fields: { job: 'fails', problem: 'not today' },
  });
}, 60_000);

test('an expression that is none is told, and the start goes on', async () => {
  const { log, told } = keepingLog();
  const stop = startJobs([{ name: 'never', expression: 'soon', run: async () => undefined }], log);
  await waitFor('the fault to be told', () => told.length > 0);
  expect(told[0]?.message).toBe('nothing happens by the clock');
  await stop();
});
