import { JiraConfig } from '../../contracts/jira.ts';
import type { Fields, Log } from '../../src/log.ts';
import { createJiraTickets } from '../../src/tickets/jira/jira-tickets.ts';
import { paragraphsOf } from '../fakes/jira/adf-check.ts';
import type { FakeJira } from '../fakes/jira/fake-jira.ts';
import { said } from '../fixtures/said.ts';

export type Told = { level: string; message: string; fields: Fields };

/** A log that keeps what it is told. */
export function keepingLog(): { log: Log; told: Told[] } {
  const told: Told[] = [];
  const write =
    (level: string) =>
    (message: string, fields: Fields = {}) =>
      void told.push({ level, message, fields });
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log };
  return { log, told };
}

/** A clock that can be moved on; between moves it goes on by itself. */
export function movedClock() {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    move: (ms: number): void => {
      aheadMs += ms;
    },
  };
}

type Wanted = { config?: Record<string, unknown>; clock?: { now(): number }; hosts?: string[]; log?: Log };

/** One process of the governor before the fake: another call is another process, which remembers nothing of the first. */
export const aProcess = (
  jira: FakeJira,
  { config = {}, clock = { now: Date.now }, hosts = [], log = keepingLog().log }: Wanted = {},
) =>
  createJiraTickets({
    jira: jira.settings,
    config: JiraConfig.parse({ timeout_s: 5, ...config }),
    clock,
    log,
    hosts,
    onSchemaMismatch: 'throw',
  });

export const request = {
  caseId: 'inc-0a1b2c3d4e5f6',
  service: 'payments-api',
  severity: 'high',
  summary: 'Checkout fails with 503',
  text: said('What was found, and what waits for a person.'),
} as const;

/** The texts of an issue's comments without the last line, by which they are found again. */
export const commentTexts = (jira: FakeJira, key: string): string[] =>
  jira.project.find(key).comments.map(({ body }) => paragraphsOf(body).slice(0, -1).join('\n\n'));
