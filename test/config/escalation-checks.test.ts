import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { configProblems, configWarnings } from '../../src/config/config-checks.ts';
import { aFolder } from '../cli/governor.ts';
import { ROOT } from '../fixtures/child.ts';

const problems = (daily_summary: object): string[] =>
  configProblems(GovernorConfig.parse({ escalation: { daily_summary } })).map(({ key, reason }) => `${key} ${reason}`);

describe('when the daily summary is told', () => {
  test.each(['0 8 * * *', '30 7 * * 1-5', '*/5 * * * *', '0 8 1,15 * MON', '0 8 L * *'])('%s is a time', (cron) => {
    expect(problems({ cron })).toEqual([]);
  });

  test('never is one too', () => {
    expect(problems({ cron: null })).toEqual([]);
  });

  test.each([
    ['61 8 * * *', '61 is no minute'],
    ['0 25 * * *', '25 is no hour'],
    ['0 8 32 * *', '32 is no day'],
    ['0 8 * 13 *', '13 is no month'],
    ['0 8 * * 9', '9 is no weekday'],
    ['99 99 * * *', '99 is no minute, 99 is no hour'],
    ['at eight o’clock', 'it has 3 fields, not minute, hour, day, month and weekday'],
    ['0 0 8 * * *', 'it has 6 fields, not minute, hour, day, month and weekday'],
    ['eight in the big morning', 'eight is no minute'],
  ])('%s is none', (cron, why) => {
    expect(problems({ cron })).toEqual([
      expect.stringContaining(`escalation.daily_summary.cron \`${cron}\` is no cron expression: ${why}`),
    ]);
  });

  test.each(['Europe/Berlin', 'UTC', 'Asia/Kolkata'])('%s is a time zone', (time_zone) => {
    expect(problems({ time_zone })).toEqual([]);
  });

  test.each(['Berlin', 'Mars/Olympus', '../etc'])('%s is no time zone', (time_zone) => {
    expect(problems({ time_zone })).toEqual([expect.stringContaining(`\`${time_zone}\` is no time zone`)]);
  });
});

test('a wait for Jira’s search that a request may outlast is worth a word', () => {
  const warnings = (jira: object) => configWarnings(GovernorConfig.parse({ jira })).filter((text) => text.includes('jira.'));
  expect(warnings({})).toEqual([]);
  expect(warnings({ settle_s: 10, timeout_s: 10 })).toEqual([expect.stringContaining('may be made twice')]);
});

test('a start with a time that is none is refused, with file, key and reason; the scheduler is loaded for no other', async () => {
  const run = async (config: object) => {
    const folder = aFolder();
    const file = join(folder, 'governor.config.json');
    writeFileSync(file, JSON.stringify(config));
    const preload = new URL('../fixtures/loaded-packages.mjs', import.meta.url).href;
    const env = { PATH: process.env.PATH, GOVERNOR_HOME: folder, GOVERNOR_CONFIG: file };
    const words = ['--import', preload, join(ROOT, 'governor.mjs'), 'doctor'];
    const { stderr } = await promisify(execFile)(process.execPath, words, { env }).catch((fault: { stderr: string }) => fault);
    return stderr;
  };
  const refused = await run({ escalation: { daily_summary: { cron: '61 8 * * *' } } });
  expect(refused).toMatch(/governor\.config\.json: escalation\.daily_summary\.cron: `61 8 \* \* \*` is no cron expression/);
  expect(await run({ escalation: { daily_summary: { cron: '0 8 * * *' } } })).not.toContain('loaded node-cron');
  expect(await run({ escalation: { daily_summary: { cron: '0 9 * * *' } } })).toContain('loaded node-cron');
}, 60_000);
