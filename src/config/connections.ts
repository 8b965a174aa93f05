import type { Variable, Variables } from './environment.ts';
import { ENVIRONMENT, type SettingProblem } from './problems.ts';

/** How Slack is reached: by Socket Mode where there is an app token, else by signed HTTP requests. */
export type SlackConnection = {
  botToken: string;
  appToken: string | null;
  signingSecret: string | null;
  transport: 'socket' | 'http';
  apiUrl: string | null;
};
export type Connections = {
  slack: SlackConnection | null;
  slackChannelLabel: string | null;
  /** Where the simulated executor, telemetry and tickets are served. */
  sandboxUrl: string | null;
  elasticsearch: { url: string; apiKey: string | null } | null;
  kibana: { url: string; apiKey: string | null; agentId: string | null; workflowId: string | null } | null;
  jira: { baseUrl: string; email: string; apiToken: string; projectKey: string } | null;
  model: { provider: string; baseUrl: string | null; name: string; apiKey: string | null } | null;
  scores: { ddft: string | null; cdct: string | null; eect: string | null };
  mcpToken: string | null;
  webhookToken: string | null;
  /** `webhookSecret` signs what is sent to the address; without it nothing is signed. */
  escalation: { webhookUrl: string | null; webhookSecret: string | null; contact: string | null };
};

const MODEL_PROVIDER = 'openai-compatible';

/** What the variables say about services outside; only called on variables against which `connectionProblems` found nothing. */
export function connectionsOf(values: Variables): Connections {
  const or = (name: Variable): string | null => values[name] ?? null;
  return {
    slack: slackOf(values),
    slackChannelLabel: or('SLACK_CHANNEL_LABEL'),
    sandboxUrl: or('SANDBOX_URL'),
    elasticsearch: values.ELASTICSEARCH_URL ? { url: values.ELASTICSEARCH_URL, apiKey: or('ELASTICSEARCH_API_KEY') } : null,
    kibana: values.KIBANA_URL
      ? { url: values.KIBANA_URL, apiKey: or('KIBANA_API_KEY'), agentId: or('AGENT_ID'), workflowId: or('KIBANA_WORKFLOW_ID') }
      : null,
    jira: jiraOf(values),
    model: values.MODEL_NAME
      ? {
          provider: values.MODEL_PROVIDER ?? MODEL_PROVIDER,
          baseUrl: or('MODEL_BASE_URL'),
          name: values.MODEL_NAME,
          apiKey: or('MODEL_API_KEY'),
        }
      : null,
    scores: { ddft: or('SCORES_DDFT_URL'), cdct: or('SCORES_CDCT_URL'), eect: or('SCORES_EECT_URL') },
    mcpToken: or('MCP_TOKEN'),
    webhookToken: or('WEBHOOK_TOKEN'),
    escalation: {
      webhookUrl: or('ESCALATION_WEBHOOK_URL'),
      webhookSecret: or('ESCALATION_WEBHOOK_SECRET'),
      contact: or('ESCALATION_CONTACT'),
    },
  };
}

export function slackOf(values: Variables): SlackConnection | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = values;
  if (botToken === undefined || (appToken === undefined && signingSecret === undefined)) return null;
  return {
    botToken,
    appToken: appToken ?? null,
    signingSecret: signingSecret ?? null,
    transport: appToken === undefined ? 'http' : 'socket',
    apiUrl: values.SLACK_API_URL ?? null,
  };
}

function jiraOf(values: Variables): Connections['jira'] {
  const { JIRA_BASE_URL: baseUrl, JIRA_EMAIL: email, JIRA_API_TOKEN: apiToken, JIRA_PROJECT_KEY: projectKey } = values;
  if (!baseUrl || !email || !apiToken || !projectKey) return null;
  return { baseUrl, email, apiToken, projectKey };
}

/** What is wrong with the variables taken together: a service half named is refused, because half of it would be left out unseen. */
export function connectionProblems(values: Variables): SettingProblem[] {
  return [...slackProblems(values), ...missingPartners(values), ...urlProblems(values)];
}

const problem = (key: string, reason: string): SettingProblem => ({ file: ENVIRONMENT, key, reason });

function slackProblems(values: Variables): SettingProblem[] {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: signing } = values;
  const problems: SettingProblem[] = [];
  if (bot === undefined && (app !== undefined || signing !== undefined)) {
    const given = app === undefined ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN';
    problems.push(
      problem('SLACK_BOT_TOKEN', `is missing while ${given} is given; give all of Slack's values, or none for the sandbox`),
    );
  }
  if (bot !== undefined && app === undefined && signing === undefined) {
    const wish = 'SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP)';
    problems.push(
      problem('SLACK_APP_TOKEN', `is missing while SLACK_BOT_TOKEN is given; add ${wish}, or give none for the sandbox`),
    );
  }
  if (bot !== undefined && /^xapp-|^xox[pe]/.test(bot))
    problems.push(problem('SLACK_BOT_TOKEN', 'is no bot token; those begin with xoxb-'));
  if (app?.startsWith('xox')) problems.push(problem('SLACK_APP_TOKEN', 'is no app-level token; those begin with xapp-'));
  return problems;
}

/** Variables that mean nothing, or something else, without others. */
const PARTNERS: Readonly<Partial<Record<Variable, readonly Variable[]>>> = {
  ELASTICSEARCH_API_KEY: ['ELASTICSEARCH_URL'],
  KIBANA_API_KEY: ['KIBANA_URL'],
  AGENT_ID: ['KIBANA_URL', 'KIBANA_API_KEY'],
  KIBANA_WORKFLOW_ID: ['KIBANA_URL', 'KIBANA_API_KEY'],
  JIRA_BASE_URL: ['JIRA_EMAIL', 'JIRA_API_TOKEN', 'JIRA_PROJECT_KEY'],
  JIRA_EMAIL: ['JIRA_BASE_URL', 'JIRA_API_TOKEN', 'JIRA_PROJECT_KEY'],
  JIRA_API_TOKEN: ['JIRA_BASE_URL', 'JIRA_EMAIL', 'JIRA_PROJECT_KEY'],
  JIRA_PROJECT_KEY: ['JIRA_BASE_URL', 'JIRA_EMAIL', 'JIRA_API_TOKEN'],
  ESCALATION_WEBHOOK_SECRET: ['ESCALATION_WEBHOOK_URL'],
  MODEL_API_KEY: ['MODEL_NAME'],
  MODEL_BASE_URL: ['MODEL_NAME'],
  MODEL_PROVIDER: ['MODEL_NAME'],
};

function missingPartners(values: Variables): SettingProblem[] {
  const missing = new Map<Variable, Variable>();
  for (const [name, partners] of Object.entries(PARTNERS)) {
    if (values[name as Variable] === undefined) continue;
    for (const partner of partners) if (values[partner] === undefined) missing.set(partner, name as Variable);
  }
  return [...missing].map(([partner, name]) => problem(partner, `is missing while ${name} is given`));
}

/** A cluster has several nodes, and any of them may be away: one address each, parted by commas. */
const SEVERAL: ReadonlySet<string> = new Set<Variable>(['ELASTICSEARCH_URL']);

const isUrlVariable = (name: string): boolean => name.endsWith('_URL');

function urlProblems(values: Variables): SettingProblem[] {
  const urlsIn = (name: string, value: string): string[] => (SEVERAL.has(name) ? value.split(',') : [value]);
  const isBad = (name: string, value: string): boolean => urlsIn(name, value).some((url) => !isHttpUrl(url.trim()));
  const bad = Object.entries(values).filter(([name, value]) => isUrlVariable(name) && isBad(name, value));
  // The value is left out of the sentence: an address may hold a password or be a secret itself.
  return bad.map(([name]) => problem(name, 'is not an http or https address'));
}

function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}
