import type { Runbook } from '../../../contracts/documents.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { confirmed } from '../ask.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { decideRunbook } from '../decide-runbook.ts';
import { learnedRunbooks } from '../learned-runbooks.ts';
import { type Opened, withStore } from '../opened.ts';
import { KEY_OPTION, keyOf } from '../personal.ts';
import { faint, print, table, writeLines } from '../print.ts';

const STATUSES = ['learned', 'accepted', 'discarded'] as const;
const HEADS = ['RUNBOOK', 'STATUS', 'SERVICE', 'ACTION', 'FAILED', 'BY'];

/**
 * Accepting lets a runbook support plans, so only an approver of the service may do it. A command line cannot tell who
 * types; a personal key can.
 */
export const runbooks: Command = {
  name: 'runbooks',
  usage: 'list [--status learned|accepted|discarded] | accept ID --key FILE | discard ID --key FILE | purge [--dry-run] [--yes]',
  says: 'lists what was learned from cases, accepts or discards it, or removes what was discarded',
  words: { min: 1, max: 2 },
  options: {
    status: { type: 'string', says: 'only these' },
    'dry-run': { type: 'boolean', says: 'says what would go and removes nothing' },
    key: KEY_OPTION,
    yes: { type: 'boolean', says: 'does not ask; needed where there is no terminal' },
  },
  async run(invocation) {
    const [verb = '', id] = invocation.words;
    const decision = Object.hasOwn(DECISIONS, verb) ? DECISIONS[verb] : undefined;
    if (decision !== undefined) return decide(decision, id, invocation);
    if (id !== undefined) throw new GovernorError('usage', `\`${verb}\` takes no \`${id}\``);
    if (verb === 'list') return withStore((opened) => list(opened, invocation));
    if (verb === 'purge') return withStore((opened) => purge(opened, invocation));
    throw new GovernorError('usage', `\`${verb}\` is none of list, accept, discard, purge`);
  },
};

const DECISIONS: Readonly<Record<string, 'accepted' | 'discarded'>> = { accept: 'accepted', discard: 'discarded' };

function decide(decision: 'accepted' | 'discarded', id: string | undefined, invocation: Invocation): Promise<ExitCode> {
  if (id === undefined) throw new GovernorError('usage', 'say which runbook: governor runbooks list names them');
  const key = keyOf(invocation);
  return withStore((opened) => decideRunbook({ id, key, decision }, invocation, opened));
}

const statusOf = ({ status = 'accepted' }: Runbook) => status;

async function list({ store }: Opened, invocation: Invocation): Promise<ExitCode> {
  const wanted = invocation.options.status;
  if (wanted !== undefined && !STATUSES.some((status) => status === wanted))
    throw new GovernorError('usage', `--status takes one of ${STATUSES.join(', ')}`);
  const found = await learnedRunbooks(store.caseLog, store.library);
  const shown = found.filter((runbook) => wanted === undefined || statusOf(runbook) === wanted).map(factsOf);
  const rows = shown.map((one) => [
    one.id,
    one.status,
    one.service,
    one.action || '-',
    String(one.failures),
    one.decided_by ?? '-',
  ]);
  print(invocation, shown, () => (rows.length === 0 ? ['Nothing was learned yet.'] : table([HEADS.map(faint), ...rows])));
  return EXIT.good;
}

const factsOf = (runbook: Runbook) => ({
  id: runbook.id,
  status: statusOf(runbook),
  service: runbook.service,
  title: runbook.title,
  action: runbook.recommended_action,
  failures: runbook.failures ?? 0,
  decided_by: runbook.accepted_by ?? null,
  from_case: runbook.from_case ?? null,
  stored_at: runbook.stored_at ?? null,
});

async function purge({ store }: Opened, invocation: Invocation): Promise<ExitCode> {
  const found = await learnedRunbooks(store.caseLog, store.library);
  const ids = found.filter((runbook) => statusOf(runbook) === 'discarded').map(({ id }) => id);
  const isDry = invocation.options['dry-run'] === true;
  if (ids.length === 0 || isDry) {
    const lines = ids.length === 0 ? ['Nothing to do: no discarded runbook is there.'] : ['Would remove:', ...ids];
    print(invocation, { ids, dry_run: isDry, removed: 0 }, () => lines);
    return EXIT.good;
  }
  const mayGo = invocation.options.yes === true || (await asked(ids, invocation));
  if (mayGo) for (const id of ids) await store.library.remove(id);
  const removed = mayGo ? ids.length : 0;
  print(invocation, { ids, dry_run: false, removed }, () => [mayGo ? `Removed ${removed}.` : 'Nothing was removed.']);
  return mayGo ? EXIT.good : EXIT.badNews;
}

function asked(ids: readonly string[], { err }: Invocation): Promise<boolean> {
  writeLines(err, ['This removes the discarded runbooks:', ...ids]);
  return confirmed('They cannot be brought back.', 'yes', { input: process.stdin, output: err });
}
