import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aFolder, governor } from '../../cli/governor.ts';
import { ROOT } from '../../fixtures/child.ts';
import { mcpStage, TOKEN } from '../stage.ts';
import { inspect } from './run-tool.ts';

// The inspector is another team's client: what it accepts, others will.

const RUN_MS_MAX = 60_000;
const ERAS = ['legacy', 'auto', 'modern'] as const;
const AUTH_REQUIRED = 3;

const Listed = z.object({ result: z.object({ tools: z.array(z.object({ name: z.string() })) }) });
const Called = z.object({ result: z.object({ structuredContent: z.record(z.string(), z.unknown()) }) });
const Refused = z.object({ error: z.object({ code: z.string() }) });

type Outcome = Awaited<ReturnType<typeof inspect>>;
const names = (outcome: Outcome): string[] => Listed.parse(outcome.json()).result.tools.map(({ name }) => name);
const structured = (outcome: Outcome) => Called.parse(outcome.json()).result.structuredContent;

const list = ['--method', 'tools/list', '--strict'];
const search = (service: string, query: string) => {
  const input = JSON.stringify({ query, service, limit: 2 });
  return ['--method', 'tools/call', '--tool-name', 'search_runbooks', '--tool-args-json', input];
};

describe('the inspector over HTTP', () => {
  const over = (url: URL, token: string | null) => [
    ...[url.href, '--transport', 'http', '--stored-auth-only'],
    ...(token === null ? [] : ['--header', `Authorization: Bearer ${token}`]),
  ];

  test.each(ERAS)(
    'lists the tools and finds nothing in their schemas to warn of, and calls one: %s',
    async (era) => {
      const { url } = await mcpStage();
      const asked = [...over(url, TOKEN), '--protocol-era', era];
      const listed = await inspect([...asked, ...list]);
      expect(listed).toMatchObject({ code: 0, err: '' });
      expect(names(listed)).toHaveLength(10);

      const called = await inspect([...asked, ...search('billing-batch', 'worker pool')]);
      expect(called).toMatchObject({ code: 0, err: '' });
      expect(structured(called)).toMatchObject({ document_ids: expect.arrayContaining(['rbk-batch-01']) });
    },
    RUN_MS_MAX,
  );

  test.each<[string, string | null]>([
    ['without a token', null],
    ['with a wrong one', 'another-token'],
  ])(
    '%s it is told that it must sign in',
    async (_how, token) => {
      const { url } = await mcpStage();
      const refused = await inspect([...over(url, token), ...list]);
      expect(refused).toMatchObject({ code: AUTH_REQUIRED, out: '' });
      expect(Refused.parse(JSON.parse(refused.err)).error.code).toBe('auth_required');
    },
    RUN_MS_MAX,
  );
});

describe('the inspector over standard input and output', () => {
  test(
    'lists and calls in either era what `governor mcp` serves',
    async () => {
      const env = { GOVERNOR_HOME: aFolder() };
      mkdirSync(env.GOVERNOR_HOME, { recursive: true });
      const runbook = {
        id: 'rb-1',
        service: 'pay-api',
        title: 'Restart the API',
        recommended_action: '',
        body: 'Restart its pods.',
      };
      const file = join(env.GOVERNOR_HOME, 'library.json');
      writeFileSync(file, JSON.stringify({ runbooks: [runbook] }));
      expect((await governor(['load', '--data', file], { env })).code).toBe(0);

      const command = [process.execPath, join(ROOT, 'governor.mjs'), 'mcp', '-e', `GOVERNOR_HOME=${env.GOVERNOR_HOME}`];
      for (const era of ['legacy', 'modern'] as const) {
        const asked = [...command, '--protocol-era', era];
        const listed = await inspect([...asked, ...list]);
        expect(listed).toMatchObject({ code: 0, err: '' });
        expect(names(listed)).toContain('submit_plan');
        const called = await inspect([...asked, ...search('pay-api', 'restart')]);
        expect(structured(called)).toMatchObject({ document_ids: ['rb-1'] });
      }
    },
    RUN_MS_MAX,
  );
});
