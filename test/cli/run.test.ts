import { expect, test } from 'vitest';
import { governor, onHome } from './governor.ts';

const LIMIT_MS = 60_000;

test(
  'a told example is played, ends as it is told, and leaves nothing behind',
  async () => {
    const { run, json } = onHome();
    const { code, out, err } = await run('run', 'absolute-policy');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/oncall: \/incident /);
    expect(out).toMatch(/\n {2}as told\n$/);
    // People are named as a reader knows them, not by Slack's ids.
    expect(out).not.toMatch(/<@|&lt;|U0000LEAD/);
    expect(await json('cases')).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'as JSON it is the examples with what differs from the telling',
  async () => {
    const { code, out } = await governor(['run', 'unsupported', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      {
        scenario: 'unsupported',
        case_id: expect.stringMatching(/^inc-/),
        differences: [],
        facts: expect.objectContaining({ state: 'pending_approval', reasons: ['unsupported'], executions: 0 }),
      },
    ]);
  },
  LIMIT_MS,
);
