import { userInfo } from 'node:os';
import { problemOf } from '../../pipeline/errors.ts';
import { systemClock as clock } from '../app/core.ts';
import { verifyAudit } from '../audit/verify.ts';
import { createSlackClient } from '../chat/slack-client.ts';
import { isInCluster } from '../config/in-cluster.ts';
import { createExecutors, missingExecutors } from '../executors/executors.ts';
import { outsideOf, unlistedPrograms } from '../executors/outside.ts';
import { bad, type Finding, good } from '../operations/finding.ts';
import type { Opened } from './opened.ts';

type Of<K extends keyof Opened> = Pick<Opened, K>;

export const nodeCheck = (): Finding => good('Node', process.versions.node);

export const configCheck = ({ settings, catalogue }: Of<'settings' | 'catalogue'>): Finding =>
  good('config', `${settings.configFile ?? 'defaults'}, ${catalogue.actions.size} actions in the catalogue`);

export async function storeCheck({ store, settings }: Opened): Promise<Finding> {
  const health = await store.caseLog.healthy();
  const { home } = settings.paths;
  const onCluster = isInCluster(settings, 'log');
  if (health.ok) return good('store', `takes writes in ${onCluster ? 'the cluster' : home}`);
  return onCluster
    ? bad(
        'store',
        health.problem,
        'free disk space in the cluster, lift blocks from its indices, and check the rights of the key',
      )
    : bad('store', health.problem, `free space or make ${home} writable for ${userInfo().username}`);
}

export async function auditCheck({ store, settings }: Opened): Promise<Finding> {
  const { ok, entries, faults } = await verifyAudit(store.audit, undefined, settings.config.approvers);
  return ok
    ? good('audit', `${entries} entries, every chain is whole`)
    : bad('audit', `${faults.length} fault(s)`, 'run governor audit verify, and compare with the last head kept elsewhere');
}

export function approverCheck({ settings }: Of<'settings'>): Finding {
  const { approvers } = settings.config;
  const anybody = approvers.some(({ users, groups, keys }) => users.length + groups.length + keys.length > 0);
  return anybody
    ? good('approvers', approvers.length === 1 ? '1 rule' : `${approvers.length} rules`)
    : bad('approvers', 'nobody may approve anything', 'name people or user groups under approvers in governor.config.json');
}

export async function libraryCheck({ store, settings }: Opened): Promise<Finding> {
  const { runbooks, evidence, policies } = await store.library.counts();
  const found = `${runbooks} runbooks, ${evidence} evidence documents, ${policies} policies`;
  if (runbooks + evidence > 0) return good('library', found);
  return settings.simulated
    ? good('library', 'empty; the samples are loaded at the first start')
    : bad('library', found, 'load what you have: governor load --runbooks DIR, governor load --data FILE');
}

export async function executorCheck({ settings, catalogue, log }: Of<'settings' | 'catalogue' | 'log'>): Promise<Finding> {
  if (settings.mode === 'sandbox') return good('executors', 'the sandbox’s, when it runs');
  const missing = missingExecutors(
    catalogue.actions.values(),
    await createExecutors({ sandboxUrl: settings.sandboxUrl, clock, log, outside: outsideOf(settings, catalogue) }),
  );
  if (missing.length > 0)
    return bad('executors', `missing: ${missing.join(', ')}`, 'configure them, or name others in the catalogue');
  const unlisted = unlistedPrograms(catalogue.actions.values(), settings.config.executors);
  return unlisted.length === 0
    ? good('executors', 'all that the catalogue names')
    : bad(
        'executors',
        `programs that may not run, of: ${unlisted.join(', ')}`,
        'list them under executors.command.programs in governor.config.json, or take the actions out of the catalogue',
      );
}

export async function slackCheck({ settings, log }: Of<'settings' | 'log'>): Promise<Finding> {
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

/** Kibana may be given for links or for workflows alone; its agent is looked at where one is named, or could only be meant. */
export async function kibanaChecks({ settings }: Of<'settings'>): Promise<Finding[]> {
  const { kibana, config } = settings;
  if (kibana === null) return [];
  const runsWorkflows = kibana.workflowId !== null || config.executors.kibana_workflow.enabled;
  if (kibana.agentId === null && (kibana.apiKey === null || runsWorkflows)) return [];
  const { checkKibana } = await import('../planners/agent-builder/check.ts');
  return checkKibana({ kibana, toolIds: config.planner.agent_builder.tool_ids });
}
