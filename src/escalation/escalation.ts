import type { WebClient } from '@slack/web-api';
import type { Cases } from '../../pipeline/cases.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import type { Switch } from '../../pipeline/lock.ts';
import type { CaseLog, Chat, Clock } from '../../pipeline/ports.ts';
import { createSlackCalls } from '../chat/slack-call.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { SummaryTold } from '../outputs/workflow-lines.ts';
import type { Lane } from '../worker/lane.ts';
import { createContacts } from './contacts.ts';
import { createDailySummary } from './daily-summary.ts';
import { createDirectTeller } from './direct-message.ts';
import { createEscalationLanes } from './escalation-lane.ts';
import { lastDay } from './last-day.ts';
import { noticeOf } from './notice.ts';
import type { Teller } from './teller.ts';
import { createWebhookTeller } from './webhook.ts';
import { createWorkflowTeller } from './workflow.ts';

export type EscalationParts = {
  settings: Pick<Settings, 'config' | 'escalation' | 'kibana' | 'simulated'>;
  /** From `ladderOf`, the same that cases and worker were given. */
  ladder: Ladder;
  log: CaseLog;
  cases: Cases;
  chat: Chat;
  /** One that does not retry by itself. */
  client: WebClient;
  /** Slack's id of our own team. */
  ownTeam: () => string;
  pause: Pick<Switch, 'read'>;
  links: { cardUrl: (channel: string, ts: string) => string | null; hosts: readonly string[] };
  clock: Clock;
  holder: string;
  hide: (text: string) => string;
  onSummary: (told: SummaryTold) => Promise<void>;
  logger: Log;
};

export type Escalation = {
  lanes: readonly Lane[];
  /** Null where no summary is wanted, or nobody is named to get it. */
  summary: { expression: string; run: () => Promise<void> } | null;
};

const MS = 1_000;

/** Everything by which people outside of a case's thread hear of it. */
export function createEscalation(parts: EscalationParts): Escalation {
  const { settings, ladder, cases, chat, client, ownTeam, links, clock, hide, logger } = parts;
  const { give_up_s, timeout_s } = settings.config.escalation;
  const contacts = createContacts({ calls: createSlackCalls({ client, clock }), clock, ownTeam });
  const facts = { cardUrl: links.cardUrl, simulated: settings.simulated, hide };
  const lanes = createEscalationLanes({
    cases,
    ladder,
    tellers: {
      webhook: webhookOf(settings, timeout_s * MS, clock),
      workflow: workflowOf(settings, timeout_s * MS),
      dm: createDirectTeller({ chat, contacts, hosts: links.hosts }),
    },
    noticeOf: (state, due) => noticeOf(state, due, facts),
    clock,
    giveUpMs: give_up_s * MS,
    hide,
    logger,
  });
  return { lanes, summary: summaryOf(parts, contacts) };
}

function webhookOf({ escalation }: EscalationParts['settings'], timeoutMs: number, clock: Clock): Teller | null {
  const { webhookUrl: url, webhookSecret: secret } = escalation;
  return url === null ? null : createWebhookTeller({ url, secret, timeoutMs, clock });
}

function workflowOf({ kibana, config }: EscalationParts['settings'], timeoutMs: number): Teller | null {
  if (kibana === null || kibana.workflowId === null || kibana.apiKey === null) return null;
  const { run_path: runPath, space = null } = config.executors.kibana_workflow;
  const { url, apiKey, workflowId } = kibana;
  return createWorkflowTeller({ url, apiKey, workflowId, runPath, space, timeoutMs });
}

/** Once a minute it is looked whether a summary is due: the expression itself is read off a clock that knows daylight saving. */
const EACH_MINUTE = '0 * * * * *';

function summaryOf(parts: EscalationParts, contacts: ReturnType<typeof createContacts>): Escalation['summary'] {
  const { settings, log, cases, chat, pause, links, clock, holder, hide, onSummary: onTold } = parts;
  const { cron, time_zone: zone = null, to = settings.escalation.contact } = settings.config.escalation.daily_summary;
  if (cron === null || to === null) return null;
  const look = async (nowMs: number) => lastDay({ log, cases, cardUrl: links.cardUrl }, nowMs, (await pause.read()).paused);
  const { hosts } = links;
  const run = createDailySummary({ log, chat, contacts, clock, cron, zone, to, holder, hosts, look, hide, onTold });
  return { expression: EACH_MINUTE, run };
}
