import { GovernorError } from '../../../pipeline/errors.ts';
import { systemClock as clock } from '../../app/core.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import type { Listed, TicketDesk } from '../../tickets/jira/desk.ts';
import { confirmed } from '../ask.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import type { Line } from '../print.ts';
import { faint, good, print, strong, table, writeLines } from '../print.ts';
import { progressOn } from '../progress-bar.ts';

export const tickets: Command = {
  name: 'tickets',
  usage: 'list | purge [--dry-run] [--yes]',
  says: 'lists the tickets that the governor has made in Jira, or deletes them, after asking; never one of anybody else',
  words: { min: 1, max: 1 },
  options: {
    'dry-run': { type: 'boolean', says: 'purge: says what would go and deletes nothing' },
    yes: { type: 'boolean', says: 'purge: does not ask; needed where there is no terminal' },
  },
  async run(invocation) {
    const verb = invocation.words[0] ?? '';
    if (verb !== 'list' && verb !== 'purge') throw new GovernorError('usage', `\`${verb}\` is neither list nor purge`);
    const { desk, projectKey } = await openDesk();
    const listed = await desk.list();
    return verb === 'list' ? list(listed, invocation) : purge({ desk, projectKey, listed }, invocation);
  },
};

async function openDesk(): Promise<{ desk: TicketDesk; projectKey: string }> {
  const settings = readConfig({ slack: 'unneeded' });
  if (settings.jira === null)
    throw new GovernorError('usage', 'tickets needs Jira: give JIRA_BASE_URL, JIRA_EMAIL, JIRA_API_TOKEN and JIRA_PROJECT_KEY');
  const { createTicketDesk } = await import('../../tickets/jira/desk.ts');
  const log = createLog({ ...settings, logLevel: 'warn' });
  const desk = createTicketDesk({ jira: settings.jira, config: settings.config.jira, clock, log });
  return { desk, projectKey: settings.jira.projectKey };
}

function list(listed: readonly Listed[], invocation: Invocation): ExitCode {
  print(invocation, listed, () => (listed.length === 0 ? ['No ticket yet.'] : linesOf(listed)));
  return EXIT.good;
}

type Purge = { desk: TicketDesk; projectKey: string; listed: readonly Listed[] };

async function purge({ desk, projectKey, listed }: Purge, invocation: Invocation): Promise<ExitCode> {
  const dryRun = invocation.options['dry-run'] === true;
  const answer = { tickets: listed, dry_run: dryRun };
  if (listed.length === 0 || dryRun) {
    const begins = listed.length === 0 ? 'Nothing to do: there is no ticket of the governor.' : 'Would delete:';
    print(invocation, { ...answer, deleted: 0, kept: [] }, () => [begins, ...linesOf(listed)]);
    return EXIT.good;
  }
  if (!(await mayGo(listed, projectKey, invocation))) {
    print(invocation, { ...answer, deleted: 0, kept: listed.map(({ key }) => key) }, () => ['Nothing was deleted.']);
    return EXIT.badNews;
  }
  const step = progressOn(invocation.err, 'purge')('tickets', listed.length);
  const kept = await desk.remove(listed, () => step(1));
  const deleted = listed.length - kept.length;
  print(invocation, { ...answer, deleted, kept: kept.map(({ key }) => key), problems: kept }, () => [
    `Deleted ${deleted} tickets.`,
    ...kept.map(({ key, problem }) => `Kept ${key}: ${problem}`),
  ]);
  return kept.length === 0 ? EXIT.good : EXIT.badNews;
}

/** The word to type is the project's key: whoever has the wrong project before them notices. */
async function mayGo(listed: readonly Listed[], projectKey: string, { err, options }: Invocation): Promise<boolean> {
  if (options.yes === true) return true;
  const open = listed.filter(({ done }) => !done).length;
  writeLines(err, ['This deletes, with every comment on them:', ...linesOf(listed)]);
  if (open > 0) writeLines(err, [`${open} of them are open: their cases would go on without a ticket.`]);
  return confirmed('It cannot be brought back.', projectKey, { input: process.stdin, output: err });
}

const linesOf = (listed: readonly Listed[]): Line[] =>
  table(
    listed.map(({ key, case_id, status, done, summary }) => [strong(key), done ? good(status) : status, case_id, faint(summary)]),
  );
