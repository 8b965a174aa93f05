import { z } from 'zod';
import { systemClock as clock } from '../app/core.ts';
import { createSlackCalls } from '../chat/slack-call.ts';
import { createSlackClient } from '../chat/slack-client.ts';
import type { Settings } from '../config/settings.ts';
import { type Contacts, createContacts } from '../escalation/contacts.ts';
import type { Log } from '../log.ts';
import type { Finding } from '../operations/finding.ts';
import { connectOnly } from '../outward/connect.ts';

type Parts = { settings: Settings; log: Log };

const CONNECT_MS = 5_000;

/** Nothing is made in Jira, and nothing of it is loaded where it is not configured. */
export async function jiraChecks({ settings, log }: Parts): Promise<Finding[]> {
  const { jira, config } = settings;
  if (jira === null) return [];
  const [{ checkJira }, { createInspection }] = await Promise.all([
    import('../operations/check-jira.ts'),
    import('../tickets/jira/inspection.ts'),
  ]);
  const inspect = () => createInspection({ jira, clock, log, timeoutMs: config.jira.timeout_s * 1_000 });
  return checkJira({ inspect, baseUrl: jira.baseUrl, projectKey: jira.projectKey, config: config.jira });
}

/** A workspace without anybody to be told is worth a word; an installation without a workspace is not finished anyway. */
export async function escalationChecks({ settings, log }: Parts): Promise<Finding[]> {
  if (settings.slack === null && !isAnybodyNamed(settings)) return [];
  const { checkEscalation } = await import('../operations/check-escalation.ts');
  const connect = (url: string): Promise<void> => connectOnly(url, CONNECT_MS);
  return checkEscalation({ settings, contacts: contactsOf({ settings, log }), connect });
}

function isAnybodyNamed({ escalation, kibana, config }: Settings): boolean {
  const { chain, daily_summary } = config.escalation;
  const named = [escalation.webhookUrl, escalation.contact, kibana?.workflowId, daily_summary.to, chain[0]];
  return named.some((one) => one !== null && one !== undefined);
}

const Own = z.object({ team_id: z.string() });

/** Whoever is looked up has to be of the workspace that the token belongs to, so that Slack is asked for that first. */
function contactsOf({ settings: { slack }, log }: Parts): Pick<Contacts, 'idOf'> | null {
  if (slack === null) return null;
  const client = createSlackClient({ token: slack.botToken, apiUrl: slack.apiUrl, log });
  const calls = createSlackCalls({ client, clock });
  let asked: Promise<Contacts> | null = null;
  const open = async (): Promise<Contacts> => {
    const { team_id: team } = await calls.repeatable('auth.test', {}, Own);
    return createContacts({ calls, clock, ownTeam: () => team });
  };
  return {
    async idOf(contact) {
      asked ??= open();
      return (await asked).idOf(contact);
    },
  };
}
