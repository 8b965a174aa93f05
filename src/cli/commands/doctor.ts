import { userInfo } from 'node:os';
import { problemOf } from '../../../pipeline/errors.ts';
import { systemClock as clock } from '../../app/core.ts';
import { verifyAudit } from '../../audit/verify.ts';
import { createSlackClient } from '../../chat/slack-client.ts';
import { createExecutors, missingExecutors } from '../../executors/executors.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import type { Opened } from '../opened.ts';
import { withStore } from '../opened.ts';
import type { Line } from '../print.ts';
import { bad as badPart, good as goodPart, print, strong } from '../print.ts';

type Finding = { check: string; ok: boolean; found: string; fix: string | null };

const good = (check: string, found: string): Finding => ({ check, ok: true, found, fix: null });
const bad = (check: string, found: string, fix: string): Finding => ({ check, ok: false, found, fix });

export const doctor: Command = {
  name: 'doctor',
  usage: '',
  says: 'checks what the governor needs, each finding with its fix',
  words: { min: 0, max: 0 },
  options: {},
  async run(invocation) {
    // A config, a catalogue or a store that is refused ends here already, with file, key and reason.
    const findings = await withStore(async (opened) => [
      nodeCheck(),
      configCheck(opened),
      await storeCheck(opened),
      await auditCheck(opened),
      approverCheck(opened),
      await libraryCheck(opened),
      await executorCheck(opened),
      await slackCheck(opened),
    ]);
    print(invocation, findings, () => findings.flatMap(linesOf));
    return findings.every(({ ok }) => ok) ? EXIT.good : EXIT.badNews;
  },
};

const CHECK_CHARS = 9;

const linesOf = ({ check, ok, found, fix }: Finding): Line[] => [
  [ok ? goodPart('ok ') : badPart('FIX'), '  ', strong(check.padEnd(CHECK_CHARS)), '  ', found],
  ...(fix === null ? [] : [`${' '.repeat(CHECK_CHARS + 7)}${fix}`]),
];

const nodeCheck = (): Finding => good('Node', process.versions.node);

const configCheck = ({ settings, catalogue }: Opened): Finding =>
  good('config', `${settings.configFile ?? 'defaults'}, ${catalogue.actions.size} actions in the catalogue`);

async function storeCheck({ store, settings }: Opened): Promise<Finding> {
  const health = await store.caseLog.healthy();
  const { home } = settings.paths;
  return health.ok
    ? good('store', `takes writes in ${home}`)
    : bad('store', health.problem, `free space or make ${home} writable for ${userInfo().username}`);
}

async function auditCheck({ store }: Opened): Promise<Finding> {
  const { ok, entries, faults } = await verifyAudit(store.audit);
  return ok
    ? good('audit', `${entries} entries, every chain is whole`)
    : bad('audit', `${faults.length} fault(s)`, 'run governor audit verify, and compare with the last head kept elsewhere');
}

function approverCheck({ settings }: Opened): Finding {
  const { approvers } = settings.config;
  const anybody = approvers.some(({ users, groups, keys }) => users.length + groups.length + keys.length > 0);
  return anybody
    ? good('approvers', approvers.length === 1 ? '1 rule' : `${approvers.length} rules`)
    : bad('approvers', 'nobody may approve anything', 'name people or user groups under approvers in governor.config.json');
}

async function libraryCheck({ store, settings }: Opened): Promise<Finding> {
  const { runbooks, evidence, policies } = await store.library.counts();
  const found = `${runbooks} runbooks, ${evidence} evidence documents, ${policies} policies`;
  if (runbooks + evidence > 0) return good('library', found);
  return settings.simulated
    ? good('library', 'empty; the samples are loaded at the first start')
    : bad('library', found, 'load what you have: governor load --runbooks DIR, governor load --data FILE');
}

async function executorCheck({ settings, catalogue, log }: Opened): Promise<Finding> {
  if (settings.mode === 'sandbox') return good('executors', 'the sandbox’s, when it runs');
  const missing = missingExecutors(
    catalogue.actions.values(),
    await createExecutors({ sandboxUrl: settings.sandboxUrl, clock, log }),
  );
  return missing.length === 0
    ? good('executors', 'all that the catalogue names')
    : bad('executors', `missing: ${missing.join(', ')}`, 'configure them, or name others in the catalogue');
}

async function slackCheck({ settings, log }: Opened): Promise<Finding> {
  const { slack } = settings;
  if (slack === null)
    return settings.mode === 'sandbox'
      ? good('Slack', 'none configured: the sandbox is used')
      : bad('Slack', 'no tokens', 'give SLACK_BOT_TOKEN and SLACK_APP_TOKEN');
  try {
    const { team, user } = await createSlackClient({ token: slack.botToken, apiUrl: slack.apiUrl, log }).auth.test();
    return good('Slack', `${user ?? 'a bot'} in ${team ?? 'a workspace'}, over ${slack.transport}`);
  } catch (fault) {
    return bad('Slack', problemOf(fault), 'check SLACK_BOT_TOKEN, and that this machine reaches Slack');
  }
}
